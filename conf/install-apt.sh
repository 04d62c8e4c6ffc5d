#!/bin/sh
# Installs the packages of conf/apt.txt where something of them is missing. Asks nothing.
#   conf/install-apt.sh pdf     what the PDF needs
#   conf/install-apt.sh test    what the tests need: Chromium and Java besides
set -eu

usage() {
    echo "usage: conf/install-apt.sh pdf|test" >&2
    exit 2
}

need=${1:-}
case $need in
    pdf) of_tests= ;;
    test) of_tests='chromium java' ;;
    *) usage ;;
esac
packages=$(grep -v '^#' "$(dirname "$0")/apt.txt")
[ -n "$of_tests" ] || packages=$(echo "$packages" | grep -vx -e chromium -e default-jre-headless)
packages=$(echo "$packages" | paste -s -d ' ' -)

# What tells that they are there, wherever they came from: a TeX Live without Debian is as good.
programs="xelatex latexmk rsvg-convert pdftotext $of_tests"
tex_files='unicode-math.sty xeCJK.sty ctexhook.sty tabulary.sty titletoc.sty ptmr8t.tfm lmroman10-regular.otf texgyreheros-regular.otf'
fonts='TeX Gyre Pagella:TeX Gyre Pagella Math:Noto Serif CJK SC:Noto Sans CJK SC:Noto Sans Mono CJK SC:DejaVu Sans Mono'

has_program() {
    command -v "$1" >/dev/null 2>&1
}

missing() {
    for program in $programs; do
        has_program "$program" || echo "$program"
    done
    for file in $tex_files; do
        kpsewhich "$file" >/dev/null 2>&1 || echo "$file"
    done
    (
        IFS=:
        for font in $fonts; do
            fc-list -q "$font" 2>/dev/null || echo "the font $font"
        done
    )
}

# One message: what is missing, and the next command.
give_up() {
    {
        echo "make $need needs what is not on this machine: $(missing | paste -s -d , - | sed 's/,/, /g')."
        echo "    next: $1"
    } >&2
    exit 2
}

[ -n "$(missing)" ] || exit 0

by_hand="sudo apt-get update && sudo apt-get install --no-install-recommends $packages"
has_program apt-get || give_up "install what these packages of Debian hold: $packages"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif has_program sudo && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    give_up "$by_hand"
fi

# Quiet but for errors; an edited configuration file stays; a system that is updating itself is waited for.
apt_get() {
    # shellcheck disable=SC2086  # no word at all where we are root
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null
}

echo "installing TeX, fonts and programs from Debian (conf/apt.txt); this takes minutes …"
# shellcheck disable=SC2086  # a list of words
{ apt_get update && apt_get install -y --no-install-recommends $packages; } ||
    give_up "see above why apt-get failed; by hand it is: $by_hand"
[ -z "$(missing)" ] || give_up "make doctor, which shows what is found, for the packages of conf/apt.txt are installed"
