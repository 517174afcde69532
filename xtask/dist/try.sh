#!/usr/bin/env bash
# Tries what `cargo xtask dist` made on a Debian without Rust: `sudo xtask/dist/try.sh [PHOTO]`.
#
# A new Debian 12 is unpacked into a folder and entered with chroot. There the package is installed
# with what it depends on and nothing that it only recommends; then both it and the archive, which
# is moved after unpacking, tell their version and device, cut out a photo and open the window. The
# X server stays outside, so that nothing of it can stand in for what the package should have asked
# for. Needs root, debootstrap, xvfb, x11-utils and imagemagick. Takes a few minutes and about 5 GB
# of space under TMPDIR. Screenshots stay in target/dist/tried/.
#
#   CLEAN=FOLDER             keep the new Debian there, and use it again
#   LANG_INSIDE=de_DE.UTF-8  the window's language
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

dist=${CARGO_TARGET_DIR:-target}/dist
shots=$dist/tried
photo=${1:-assets/sample.png}
display=:87
# Of the superuser inside.
home=root
codename=bookworm

for tool in debootstrap Xvfb xwininfo import; do
    command -v "$tool" > /dev/null || {
        echo "missing: $tool; run: apt-get install debootstrap xvfb x11-utils imagemagick" >&2
        exit 1
    }
done
[[ $EUID == 0 ]] || { echo "only root can make and enter a new Debian" >&2; exit 1; }
package=$(ls "$dist"/cutout_*_amd64.deb)
archive=$(ls "$dist"/cutout-*-x86_64-linux.tar.gz)

work=$(mktemp -d)
clean=${CLEAN:-$work/clean}
server=
window=
end() {
    for process in $window $server; do kill "$process" 2> /dev/null || true; done
    for place in proc tmp/.X11-unix dev/shm; do
        ! mountpoint -q "$clean/$place" || umount "$clean/$place"
    done
    rm -rf --one-file-system -- "$work"
}
trap end EXIT

if [[ ! -e $clean/etc/debian_version ]]; then
    echo "== a new Debian in $clean"
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
        awk -v codename=$codename '$2 == codename && $1 ~ /debian/ { print $1; exit }')
    http_proxy=$(apt-config shell proxy Acquire::http::Proxy | sed "s/^proxy='\(.*\)'$/\1/")
    export http_proxy
    debootstrap --variant=minbase $codename "$clean" ${mirror:+"$mirror"} > "$work/log" ||
        { tail "$work/log"; exit 1; }
fi
# How this machine reaches Debian's packages.
cp -L /etc/resolv.conf /etc/hosts "$clean/etc/"
cp -r /etc/apt/apt.conf.d/. "$clean/etc/apt/apt.conf.d/"
rm -f "$clean"/etc/apt/apt.conf.d/*packagekit* "$clean"/etc/apt/apt.conf.d/*appstream*
mkdir -p "$clean/tmp/.X11-unix" "$clean/photos"
mount -t proc proc "$clean/proc"
mount --bind /dev/shm "$clean/dev/shm"

# Nothing of this shell's environment goes in.
enter=(chroot "$clean" /usr/bin/env -i HOME=/root LANG="${LANG_INSIDE:-C.UTF-8}"
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
inside() {
    "${enter[@]}" "$@"
}

Xvfb $display -screen 0 1280x800x24 -nolisten tcp -ac > "$work/xvfb" 2>&1 &
server=$!
until xwininfo -display $display -root > /dev/null 2>&1; do
    kill -0 $server || { cat "$work/xvfb"; exit 1; }
    sleep 0.1
done
mount --bind /tmp/.X11-unix "$clean/tmp/.X11-unix"

shows_window() {
    xwininfo -display $display -root -tree | grep -q '"Cutout"'
}

# Tells, cuts out and opens the window: `try NAME PROGRAM`.
try() {
    local name=$1 program=$2
    echo "== $name: $program"
    inside "$program" --version
    inside "$program" info
    rm -rf "$clean/results"
    inside "$program" remove "/photos/$(basename -- "$photo")" --out /results
    cp "$clean"/results/*_cutout.png "$shots/$name-cutout.png"
    "${enter[@]}" DISPLAY=$display CUTOUT_CONFIG=/tried RUST_LOG=cutout=info "$program" \
        "/photos/$(basename -- "$photo")" > "$work/window" 2>&1 &
    window=$!
    until grep -qs 'done' "$work/window" && shows_window; do
        kill -0 $window 2> /dev/null || { cat "$work/window"; echo "the window ended"; exit 1; }
        sleep 0.2
    done
    # One colour alone is a window that has drawn nothing yet.
    until import -display $display -window root "$shots/$name-window.png" &&
        (($(identify -format '%k' "$shots/$name-window.png") > 1000)); do
        sleep 0.5
    done
    sleep 1 # its last frame
    import -display $display -window root "$shots/$name-window.png"
    kill $window
    wait $window || [[ $? == 143 ]]
    window=
    until ! shows_window; do sleep 0.2; done
}

echo "== what desktops read"
! command -v desktop-file-validate > /dev/null || desktop-file-validate assets/linux/cutout.desktop
! command -v appstreamcli > /dev/null || appstreamcli validate --no-net assets/linux/*.metainfo.xml

rm -rf -- "$shots"
mkdir -p -- "$shots"
cp -- "$photo" "$clean/photos/"
cp -- "$package" "$clean/cutout.deb"
inside which cargo rustc cc && { echo "this Debian is not clean" >&2; exit 1; }
inside apt-get update -qq
inside DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /cutout.deb > "$work/apt" 2>&1 ||
    { tail -20 "$work/apt"; exit 1; }
inside dpkg --verify cutout
try package /usr/bin/cutout

echo "== removing the package"
inside DEBIAN_FRONTEND=noninteractive apt-get remove -y -qq cutout > "$work/apt" 2>&1
inside sh -c 'for left in /usr/bin/cutout /usr/lib/cutout /usr/share/cutout; do test ! -e "$left" || exit 1; done'

tar -xzf "$archive" -C "$clean/opt"
mv "$clean"/opt/cutout-* "$clean/opt/a moved folder"
try archive "/opt/a moved folder/bin/cutout"
inside "/opt/a moved folder/install-desktop-entry.sh"
grep '^Exec=' "$clean/$home/.local/share/applications/cutout.desktop"
inside "/opt/a moved folder/install-desktop-entry.sh" --remove
test ! -e "$clean/$home/.local/share/applications/cutout.desktop"
rm -rf "$clean/opt/a moved folder"
echo "== both run; look at $shots/"
