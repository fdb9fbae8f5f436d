#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# usage: sh tb/shell.sh TWINWIRE OPTIONS...    the console, with line editing and history where rlwrap is there
#
# At a terminal it becomes a job of its own: Ctrl-C is the console's alone then, and does not end the `make` that started it.

program=$1
shift
set -- "$program" --shell "$@"
[ -t 0 ] || exec "$@"
command -v rlwrap >/dev/null && set -- rlwrap -rC twinwire "$@"
set -m
"$@"
code=$?
while [ $code -eq 148 ]; do # Ctrl-Z, and nobody else could bring it back
    fg >/dev/null
    code=$?
done
exit $code
