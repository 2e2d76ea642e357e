#!/usr/bin/env bash
# Builds a stand-in for the Dockerfile's base image where no image registry can be reached: a minimal Debian with Node, npm
# and the user `node`, out of Debian's and npm's packages alone. Prints the path of a tar file for `docker import`, which
# is kept in the temporary directory for the next run.
set -euo pipefail

suite=bookworm
node=24
npm=11

cd "$(dirname "$0")"
case "$(dpkg --print-architecture)" in
  amd64) architecture=x64 ;;
  arm64) architecture=arm64 ;;
  *) echo 'the stand-in base can be built on amd64 and arm64 only' >&2; exit 1 ;;
esac

# Root runs what lies in this folder, so nobody else may have made it.
shelf="${TMPDIR:-/tmp}/mock-okta-xaa-stand-in-$(id -u)"
mkdir -p -m 700 "$shelf"
[[ -O $shelf && ! -L $shelf ]] || { echo "$shelf belongs to somebody else" >&2; exit 1; }
tarball="$shelf/$suite-node$node-npm$npm-$architecture-$(sha256sum < stand-in-base.sh | cut -c1-12).tar"
if [[ -e $tarball ]]; then echo "$tarball"; exit; fi

command -v debootstrap > /dev/null || { echo 'debootstrap is missing: apt-get install debootstrap' >&2; exit 1; }
work=$(mktemp -d "$shelf/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
root="$work/root"

# The mirror this machine's apt uses, which it tells only once it has its lists; where that is none of Debian's, debootstrap
# knows one.
find_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    awk '$1 ~ /\/debian\/?$/ && $2 !~ /-/ && !found { print $1; found = 1 }'
}
mirror=$(find_mirror)
if [[ -z $mirror ]]; then apt-get update -q >&2 && mirror=$(find_mirror); fi
debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >&2

npm install --prefix "$work/packages" --ignore-scripts --no-audit --no-fund \
  "node-linux-$architecture@$node" "npm@$npm" >&2
install "$work/packages/node_modules/node-linux-$architecture/bin/node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -R "$work/packages/node_modules/npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"

chroot "$root" groupadd --gid 1000 node
chroot "$root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/*

tar --numeric-owner -C "$root" -cf "$work/base.tar" .
mv "$work/base.tar" "$tarball"
echo "$tarball"
