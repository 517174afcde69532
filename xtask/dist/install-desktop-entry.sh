#!/bin/sh
# Puts Cutout into the menus and "Open with" lists of this user, as it lies in this folder;
# `--remove` takes it out again. Run it once more after moving the folder.
set -eu
here=$(cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/cutout.desktop

cd -- "$here/share/icons/hicolor"
icons=$(find . -name 'cutout.*')
if [ "${1:-}" = --remove ]; then
    rm -f -- "$entry"
    for icon in $icons; do rm -f -- "$data/icons/hicolor/$icon"; done
    echo "Cutout is out of the menus."
else
    for icon in $icons; do
        mkdir -p -- "$data/icons/hicolor/$(dirname -- "$icon")"
        cp -- "$icon" "$data/icons/hicolor/$icon"
    done
    mkdir -p -- "$data/applications"
    # Within the quotes of Exec= some signs are escaped, and a backslash once more as in any value;
    # a percent sign is doubled.
    program=$(printf '%s' "$here/bin/cutout" |
        sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g')
    while IFS= read -r line; do
        case $line in
            Exec=*) printf 'Exec="%s" %%F\n' "$program" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done < "$here/share/applications/cutout.desktop" > "$entry"
    echo "Cutout is in the menus: $entry"
fi
if command -v update-desktop-database > /dev/null; then
    update-desktop-database -q "$data/applications" || true
fi
