#!/usr/bin/env bash
# The one door: ./build.sh TARGET [options]. Without a target it lists the targets. The work is in build.cake.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
[ -t 1 ] || export NO_COLOR=1

if ! command -v dotnet >/dev/null; then
    echo "error: 'dotnet' is not on the PATH. Install the .NET 10 SDK and run this command again." >&2
    exit 1
fi
if ! log=$(dotnet tool restore </dev/null 2>&1); then
    printf '%s\n' "$log" >&2
    echo "error: Cake, which runs the build, could not be restored from the package feed (message above)." >&2
    echo "With a network (and the .NET 10 SDK that global.json asks for), run: dotnet tool restore" >&2
    exit 1
fi

case "${1:-}" in
    "") exec dotnet cake build.cake --description ;;
    -*) exec dotnet cake build.cake "$@" ;;
    *) exec dotnet cake build.cake --target="$1" "${@:2}" ;;
esac
