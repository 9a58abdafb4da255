# Runs a throw-away server and makes sure that it does not outlive its user.
# $1 is the server's directory, the rest the command. Standard input is a pipe that only the user holds open: its end
# means that the user is gone, however that came about. Standard output is the lock of the directory.
directory=$1
shift
trap '' INT TERM HUP
exec 3<&0
"$@" </dev/null >>"$directory/log" 2>&1 3<&- &
server=$!
(
    while read -r _ <&3; do :; done
    # Again and again: a server that is only just starting has no ear for signals yet.
    while kill -QUIT "$server" 2>/dev/null; do sleep 0.1; done
) &
reader=$!
wait "$server"
kill -KILL "$reader" 2>/dev/null
: >"$directory/ended"
while read -r _ <&3; do :; done
rm -rf "$directory"
