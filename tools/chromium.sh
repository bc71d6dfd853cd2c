#!/bin/sh
# See to the browser that the tests drive: Debian's chromium, installed when that is possible.
set -eu
[ -x /usr/bin/chromium ] && exit 0
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "The tests need Debian's chromium in /usr/bin/chromium: ask an administrator for 'apt-get install chromium'." >&2
        exit 1
    fi
    sudo="sudo -n"
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests need a chromium in /usr/bin/chromium, and there is no apt-get to install it with." >&2
    exit 1
fi
echo "Installing Debian's chromium for the browser tests"
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium >/dev/null
