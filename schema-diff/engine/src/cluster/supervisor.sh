# Runs a development server for as long as somebody uses it.
# $1 is the directory of its socket, $2 the log, $3 the seconds that it waits for the next user; the rest is the command.
# Standard input reads from the pipe $1/leases, which every user holds open for writing: its end means that there is none.
directory=$1
log=$2
patience=$3
shift 3
trap '' INT TERM HUP
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
server=$!

# Whether a program is connected that holds no lease, such as an application that was given the URL.
connected() {
    if [ -r /proc/self/status ]; then
        for process in /proc/[0-9]*; do
            grep -qs "^PPid:[[:space:]]*$server\$" "$process/status" && grep -qs '\[local\]' "$process/cmdline" && return 0
        done
        return 1
    fi
    ps -A -o ppid= -o command= | grep -q "^ *$server .*\[local\]"
}

(
    idle=0
    while [ "$idle" -lt "$patience" ]; do
        # Waits while there are users; each writes a line when it comes.
        if read -r _ <&3; then
            idle=0
        elif [ -e "$directory/keep" ] || connected; then
            idle=0
            sleep 1
        else
            idle=$((idle + 1))
            sleep 1
        fi
    done
    # Again and again: a server that is only just starting has no ear for signals yet.
    while kill -INT "$server" 2>/dev/null; do sleep 1; done
) &
reader=$!
wait "$server"
kill -KILL "$reader" 2>/dev/null
