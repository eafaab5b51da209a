# Sourced by run and test: the private Python environment of this checkout, and the system libraries Qt needs.
# Owns `root`, `venv` and the stamps inside it. Names no package index: the machine's own pip configuration decides.
# shellcheck shell=bash

unset CDPATH
root=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && printf %s "$PWD")
venv=$root/.venv
if [[ ! -w $root ]]; then
  # A read-only checkout, such as one an administrator shares: keep the environment with the user's own data.
  venv=${XDG_DATA_HOME:-$HOME/.local/share}/watchdesk/venv-$(cksum <<<"$root" | tr ' ' -)
fi

say() { printf 'watchdesk: %s\n' "$*" >&2; }
lock_of() { case $1 in run) echo "$root/packaging/requirements.txt" ;; test) echo "$root/packaging/requirements-test.txt" ;; esac; }

# A stamp holds three lines: the sum of the lock that was installed, the folder it was installed for, the base Python.
is_ready() { # is_ready run|test
  local lock sum folder base
  lock=$root/packaging/requirements.txt
  [[ $1 == test ]] && lock=$root/packaging/requirements-test.txt
  { read -r sum && read -r folder && read -r base; } 2>/dev/null <"$venv/.ready-$1" || return 1
  [[ $folder == "$root" && $venv/bin/python -ef $base && "$sum" == "$(sha256sum <"$lock")" ]]
}

set_up() { # set_up run|test: one at a time; a second start waits here and then finds the work done
  mkdir -p "$(dirname "$venv")"
  (
    if command -v flock >/dev/null; then flock 9; fi
    is_ready "$1" || install_all "$1"
  ) 9>>"$venv.lock" || exit 1
}

install_all() {
  say "setting up (once; a minute or two)…"
  local libraries_complete=yes
  install_libraries || libraries_complete=no
  rm -f "$venv/.ready-$1"
  install_python_packages "$1" || return 1
  # Without the libraries the command line works but no window opens: no stamp, so that the next start says it again.
  [[ $libraries_complete == yes ]] || return 0
  write_stamp "$1"
  # The test lock holds the run lock whole.
  if [[ $1 == test ]]; then write_stamp run; fi
}

write_stamp() {
  local base
  base=$("$venv/bin/python" -c 'import os, sys; print(os.path.realpath(sys.executable))') || return 1
  printf '%s\n' "$(sha256sum <"$(lock_of "$1")")" "$root" "$base" >"$venv/.ready-$1.new"
  mv "$venv/.ready-$1.new" "$venv/.ready-$1"
}

# --- Python packages ---------------------------------------------------------------------------------------------

install_python_packages() {
  local lock
  lock=$(lock_of "$1")
  # An environment that answers is completed in place; one that is broken or was left half-made is made anew.
  if [[ ! -e $venv/.unfinished ]] && is_healthy && pip_install "$lock"; then
    write_launcher
    return
  fi
  make_venv && pip_install "$lock" && write_launcher && rm -f "$venv/.unfinished"
}

is_healthy() {
  [[ -x $venv/bin/python ]] && "$venv/bin/python" - "$venv" 2>/dev/null <<'PYTHON'
import os, sys
import pip
sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 14) and os.path.realpath(sys.prefix) == os.path.realpath(sys.argv[1])))
PYTHON
}

make_venv() {
  local python
  python=$(find_python) || return 1
  rm -rf "$venv"
  mkdir -p "$venv" && : >"$venv/.unfinished"
  "$python" -m venv "$venv" >&2 || { say "Python's venv module failed (above). On Debian or Ubuntu: apt-get install python3-venv"; return 1; }
}

pip_install() {
  local output
  output=$("$venv/bin/python" -m pip install --quiet --no-user --disable-pip-version-check --no-input \
    --require-hashes --only-binary :all: -r "$1" 2>&1) && return
  printf '%s\n' "$output" >&2
  say "the Python packages could not be installed (above). Check the network or pip's configuration, then start again."
  return 1
}

find_python() {
  local name found
  for name in ${WATCHDESK_PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    found=$(command -v "$name") && fits "$found" && { printf %s "$found"; return; }
  done
  say "needs Python 3.11 to 3.14 with its venv module; none was found on PATH (python3 is $(python3 --version 2>&1 || true)). Set WATCHDESK_PYTHON to one."
  return 1
}

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }

# The launcher puts the checkout first on the path, so that no other package named `app` can stand before it;
# the .pth does the same, last, for `python -m app` and for tools.
write_launcher() {
  local site
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') || return 1
  printf '%s\n' "$root" >"$site/watchdesk.pth"
  local first_line="#!$venv/bin/python"
  # Kernels cut a first line at 127 characters or a space; then the shell starts Python on this same file.
  if [[ ${#first_line} -gt 126 || $first_line == *' '* ]]; then
    first_line="#!/bin/sh"$'\n'"\"exec\" \"$venv/bin/python\" \"\$0\" \"\$@\""
  fi
  cat >"$venv/bin/watchdesk.new" <<PYTHON
$first_line
import sys

sys.path.insert(0, $("$venv/bin/python" -c 'import sys; print(ascii(sys.argv[1]))' "$root"))
from app.__main__ import main

sys.exit(main())
PYTHON
  chmod +x "$venv/bin/watchdesk.new"
  mv "$venv/bin/watchdesk.new" "$venv/bin/watchdesk"
  "$venv/bin/python" -m compileall -q "$root/app" >&2 || true # only a faster first start; a read-only checkout is fine
}

# --- System libraries --------------------------------------------------------------------------------------------

install_libraries() {
  local missing packages
  missing=$(missing_sonames)
  [[ -z $missing ]] && has_python && return
  if ! command -v apt-get >/dev/null; then
    say "Qt's window needs these libraries, which this system lacks: $missing. Install them with its package manager."
    return 1
  fi
  if may_install; then
    as_root apt-get -qq update >&2 || true
    packages=$(packages_for $missing)
    has_python || packages="$packages python3-venv"
    apt_install $packages && [[ -z $(missing_sonames) ]] && return
  fi
  packages=$(packages_for $(missing_sonames))
  has_python || packages="$packages python3-venv"
  say "system packages are missing. Please run, or ask an administrator to: apt-get install $packages"
  return 1
}

has_python() { find_python >/dev/null 2>&1; }
may_install() { [[ $EUID -eq 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
as_root() { if [[ $EUID -eq 0 ]]; then DEBIAN_FRONTEND=noninteractive "$@"; else sudo -n DEBIAN_FRONTEND=noninteractive "$@"; fi; }
apt_install() { as_root apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >/dev/null </dev/null; }

missing_sonames() {
  local cache soname rest missing=()
  cache=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) || return 0 # no such cache to ask (not glibc): Qt will say
  while read -r soname rest; do
    [[ -z $soname || $soname == '#'* || $cache == *"$soname "* ]] || missing+=("$soname")
  done <"$root/packaging/system-libraries.txt"
  printf %s "${missing[*]}"
}

packages_for() { # the packages that bring these sonames, by the names this release knows
  local soname rest wanted name
  while read -r soname rest; do
    [[ " $* " == *" $soname "* ]] || continue
    wanted=${rest##* }
    for name in $rest; do
      if [[ $(apt-cache policy "$name" 2>/dev/null) == *Candidate:\ [0-9]* ]]; then wanted=$name; break; fi
    done
    printf '%s\n' "$wanted"
  done <"$root/packaging/system-libraries.txt" | sort -u | tr '\n' ' '
}
