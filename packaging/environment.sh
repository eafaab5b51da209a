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

declare -A lock=([run]=$root/packaging/requirements.txt [test]=$root/packaging/requirements-test.txt)

say() { printf 'watchdesk: %s\n' "$*" >&2; }

# A stamp holds three lines: the sum of the lock that was installed, the folder it was installed for, the base Python.
# `.packages-SET` says that the Python packages are there, `.ready-SET` that nothing else is missing either.
is_ready() { stamped ready "$1"; }

stamped() { # stamped ready|packages run|test
  local sum folder base
  { read -r sum && read -r folder && read -r base; } 2>/dev/null <"$venv/.$1-$2" || return 1
  [[ $folder == "$root" && $venv/bin/python -ef $base && $sum == "$(sha256sum <"${lock[$2]}")" ]]
}

stamp() { # stamp ready|packages run|test; the test set holds the run set whole
  local base name
  base=$("$venv/bin/python" -c 'import os, sys; print(os.path.realpath(sys.executable))') || return 1
  for name in run "$2"; do
    printf '%s\n' "$(sha256sum <"${lock[$name]}")" "$root" "$base" >"$venv/.stamp.new"
    mv "$venv/.stamp.new" "$venv/.$1-$name"
  done
}

set_up() { # set_up run|test: one at a time; a second start waits here and then finds the work done
  mkdir -p "$(dirname "$venv")"
  (
    if command -v flock >/dev/null; then flock 9; fi
    is_ready "$1" || install_all "$1"
  ) 9>>"$venv.lock" || exit 1
}

install_all() {
  local libraries_complete=yes
  install_libraries || libraries_complete=no
  stamped packages "$1" || { say "setting up (once; a minute or two)…" && install_packages "$1" && stamp packages "$1"; } || return 1
  # Without the libraries the command line works but no window opens: not ready, so that the next start says it again.
  [[ $libraries_complete == no ]] || stamp ready "$1"
}

# --- Python packages ---------------------------------------------------------------------------------------------

install_packages() {
  # An environment that answers is completed in place; one that is broken, or whose making was cut off, is made anew.
  if [[ -e $venv/.unfinished ]] || ! is_healthy; then make_venv || return 1; fi
  : >"$venv/.unfinished"
  if ! pip_install "${lock[$1]}"; then
    rm -f "$venv/.unfinished" # pip has put back what it had begun to replace
    return 1
  fi
  # Compiled once here: a start must not compile, also where Python is told to write no bytecode of its own.
  "$venv/bin/python" -m compileall -q "$root/app" >/dev/null 2>&1 || true
  write_launcher && rm -f "$venv/.unfinished"
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
  say "needs Python 3.11 to 3.14 with its venv module; none was found on PATH. Set WATCHDESK_PYTHON to one."
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

install_libraries() { # true when nothing is missing (any more); else says what is, once
  local missing packages
  missing=$(missing_sonames)
  [[ -z $missing ]] && has_python && return
  if command -v apt-get >/dev/null; then
    if may_install; then
      say "installing system packages…"
      as_root apt-get -qq update >&2 || true
      apt_install $(packages_for $missing) && [[ -z $(missing_sonames) ]] && has_python && return
    fi
    packages=$(packages_for $(missing_sonames))
    say "system packages are missing. Please run, or ask an administrator to: apt-get install $packages"
    return 1
  fi
  [[ -z $missing ]] || say "Qt's window needs libraries that this system lacks; please install them: $missing"
  return 1
}

has_python() { find_python >/dev/null 2>&1; }
may_install() { [[ $EUID -eq 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }
as_root() { if [[ $EUID -eq 0 ]]; then DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "$@"; else sudo -n DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes "$@"; fi; }
apt_install() { as_root apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >/dev/null </dev/null; }

missing_sonames() {
  local cache soname names missing=()
  cache=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) || return 0 # no such cache to ask (not glibc): Qt will say
  while read -r soname names; do
    [[ -z $soname || $soname == '#'* || $cache == *"$soname "* ]] || missing+=("$soname")
  done <"$root/packaging/system-libraries.txt"
  printf %s "${missing[*]}"
}

packages_for() { # the packages that bring these sonames, by the names this release knows, and venv where it is missing
  local soname names wanted name
  {
    has_python || echo python3-venv
    while read -r soname names; do
      [[ " $* " == *" $soname "* ]] || continue
      wanted=${names##* }
      for name in $names; do
        if [[ $(apt-cache policy "$name" 2>/dev/null) == *"Candidate: "[0-9]* ]]; then wanted=$name && break; fi
      done
      echo "$wanted"
    done <"$root/packaging/system-libraries.txt"
  } | sort -u | tr '\n' ' '
}
