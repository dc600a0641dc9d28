# --- What every reproduction needs: calls, values in answers, checks, cleaning up ---------------------------------

LC_ALL=C
export LC_ALL
umask 077
curl=$(command -v curl) || { echo "curl is not installed." >&2; exit 3; }

# Make sure that a variable is set. needs NAME MEANING
needs() { eval "[ -n \"\${$1-}\" ]" || { echo "Set $1 to $2." >&2; exit 3; }; }

needs MILESTONES_TARGET "the base URL with /api"
needs MILESTONES_API_KEY "a key of the deployment"
target=${MILESTONES_TARGET%/}
work=$(mktemp -d "${TMPDIR:-/tmp}/milestones.XXXXXX") || exit 3
run=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n' | tr 'a-f' 'A-F')
round=1
upto=9999
: >"$work/projects"

# Print an option for the configuration of curl. option NAME [VALUE]
option() {
    if [ $# -eq 1 ]; then echo "$1"; else printf '%s = "%s"\n' "$1" "$(printf %s "$2" | sed 's/["\\]/\\&/g')"; fi
}

# Print the options for the way to the deployment; a script that needs any has its own.
network() { :; }

# Send a request and keep status, headers and body by the number of the call. The key goes through a pipe, so that no
# list of processes shows it.
# send NUMBER KEY METHOD TARGET [TYPE BODY]
send() {
    headers=${headers-}
    {
        network
        printf '%s\n' "$headers" | sed -n 's/["\\]/\\&/g; s/^..*$/header = "&"/p'
        case $2 in
            ours) printf 'header = "Authorization: Bearer %s"\n' "$MILESTONES_API_KEY" ;;
            bearer) printf 'header = "Authorization: bearer %s"\n' "$MILESTONES_API_KEY" ;;
            wrong) printf 'header = "Authorization: Bearer this-is-not-a-key"\n' ;;
            empty) printf 'header = "Authorization: Bearer "\n' ;;
            cut) printf 'header = "Authorization: Bearer %s"\n' "${MILESTONES_API_KEY%?}" ;;
            token) printf 'header = "Authorization: Token %s"\n' "$MILESTONES_API_KEY" ;;
            basic) printf 'header = "Authorization: Basic %s"\n' "$MILESTONES_API_KEY" ;;
            typo)
                printf 'header = "Authorization: Bearer %s"\n' \
                    "$(printf %s "$MILESTONES_API_KEY" | sed -e 's/x$/y/' -e t -e 's/.$/x/')" ;;
            split) printf 'header = "Authorization: Bearer %s"\n' "$(printf %s "$MILESTONES_API_KEY" | sed 's/./& /')" ;;
            other-case)
                printf 'header = "Authorization: Bearer %s"\n' \
                    "$(printf %s "$MILESTONES_API_KEY" | LC_ALL=C tr 'A-Za-z' 'a-zA-Z')" ;;
            wildcard) printf 'header = "Authorization: Bearer %%"\n' ;;
            encoded)
                printf 'header = "Authorization: Bearer %%%02X%s"\n' "'$MILESTONES_API_KEY" "${MILESTONES_API_KEY#?}" ;;
            longer) printf 'header = "Authorization: Bearer %sx"\n' "$MILESTONES_API_KEY" ;;
        esac
        printf 'header = "Content-Type:%s"\n' "${5:+ $5}"
        if [ $# -gt 5 ]; then
            printf '%s' "$6" >"$work/$1.sent"
            printf 'data-binary = "@%s"\n' "$work/$1.sent"
        else
            case $3 in POST | PUT | PATCH) printf 'data-binary = ""\n' ;; esac
        fi
        if [ "$3" = HEAD ]; then printf 'head\n'; else printf 'request = "%s"\n' "$3"; fi
    } | "$curl" --config - --silent --show-error --globoff --path-as-is --max-time 60 --dump-header "$work/$1.head" \
        --output "$work/$1.body" --write-out '%{http_code}' "$target$4" >"$work/$1.status"
    echo $? >"$work/$1.ended"
    [ -f "$work/$1.body" ] || : >"$work/$1.body"
    rm -f "$work/$1.bad"
    flatten <"$work/$1.body" >"$work/$1.flat" || : >"$work/$1.bad"
    unset headers
}

# Send a request and print it, unless the calls are cut off before it. call NUMBER KEY METHOD TARGET [TYPE BODY]
call() {
    [ "$1" -le "$upto" ] || return 0
    send "$@"
    printf '%2s  %s %s -> %s\n' "$1" "$3" "$4" "$(status "$1")"
}

# Print each value of a JSON text as a line: path, type, text. Fails where the text is not JSON.
flatten() {
    awk '
        function fail() { failed = 1; exit 1 }
        function skip() { while (substr(s, i, 1) ~ /[ \t\r\n]/) i++ }
        function hex(digits,   n, k) {
            n = 0
            for (k = 1; k <= 4; k++) n = n * 16 + index("0123456789abcdef", tolower(substr(digits, k, 1))) - 1
            return n
        }
        function utf8(n) {
            if (n < 128) return sprintf("%c", n)
            if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
            if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
            return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
        }
        function unicode(   n, low) {
            n = hex(substr(s, i, 4)); i += 4
            if (n >= 55296 && n < 56320 && substr(s, i, 2) == "\\u") {
                low = hex(substr(s, i + 2, 4)); i += 6
                n = 65536 + (n - 55296) * 1024 + low - 56320
            }
            if (n == 92) return "\\\\"
            if (n >= 32) return utf8(n)
            if (n == 8) return "\\b"
            if (n == 9) return "\\t"
            if (n == 10) return "\\n"
            if (n == 12) return "\\f"
            if (n == 13) return "\\r"
            return sprintf("\\u%04x", n)
        }
        function text(   out, c) {
            out = ""
            for (i++; ; ) {
                c = substr(s, i++, 1)
                if (c == "" || c < " ") fail()
                if (c == "\"") return out
                if (c != "\\") { out = out c; continue }
                c = substr(s, i++, 1)
                if (c == "\"" || c == "/") out = out c
                else if (c == "u") out = out unicode()
                else if (c != "" && index("\\bfnrt", c)) out = out "\\" c
                else fail()
            }
        }
        function emit(path, type, value) { out_lines = out_lines (path == "" ? "." : path) "\t" type "\t" value "\n" }
        function parse(path,   c, n, key, inner) {
            skip(); c = substr(s, i, 1); n = 0
            inner = path == "" ? "" : path "."
            if (c == "{" || c == "[") {
                key = c; i++; skip()
                if (substr(s, i, 1) == (key == "{" ? "}" : "]")) i++
                else for (;;) {
                    if (key == "[") parse(inner n)
                    else {
                        skip(); if (substr(s, i, 1) != "\"") fail()
                        c = text(); skip(); if (substr(s, i++, 1) != ":") fail()
                        parse(inner c)
                    }
                    n++; skip(); c = substr(s, i++, 1)
                    if (c == (key == "{" ? "}" : "]")) break
                    if (c != ",") fail()
                }
                emit(path, key == "{" ? "object" : "array", n)
            } else if (c == "\"") emit(path, "string", text())
            else if (match(substr(s, i, 60), /^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?/)) {
                c = substr(s, i, RLENGTH); i += RLENGTH; emit(path, "number", c)
            } else if (match(substr(s, i, 5), /^(true|false|null)/)) {
                c = substr(s, i, RLENGTH); i += RLENGTH; emit(path, c == "null" ? "null" : "boolean", c)
            } else fail()
        }
        { s = s $0 "\n" }
        END {
            if (failed) exit 1
            i = 1; parse(""); skip()
            if (i <= length(s)) exit 1
            printf "%s", out_lines
        }
    '
}

status() { cat "$work/$1.status"; }

# Print the value, or the type, at a path of an answer. value NUMBER PATH
value() { path=$2 awk -F '\t' '$1 == ENVIRON["path"] { print $3; exit }' "$work/$1.flat"; }
type_of() { path=$2 awk -F '\t' '$1 == ENVIRON["path"] { print $2; exit }' "$work/$1.flat"; }

# Print the path of a column in the row that has a value in another column. place NUMBER LIST KEY VALUE COLUMN
place() {
    list=$2 key=$3 wanted=$4 column=$5 awk -F '\t' '
        { at[$1] = $3; type[$1] = $2 }
        END {
            n = at[ENVIRON["list"]] + 0
            for (k = 0; k < n; k++) {
                prefix = ENVIRON["list"] "." k "."
                if (at[prefix ENVIRON["key"]] == ENVIRON["wanted"]) { print prefix ENVIRON["column"]; exit }
            }
        }' "$work/$1.flat"
}

# Succeed if there is something, else say what is missing. need VALUE WHAT
need() {
    case $1 in
        '' | null) printf 'Cannot decide: %s is missing.\n' "$2"; return 2 ;;
    esac
}

# Take a project for our own, to be deleted at the end, once it was read back with our title. own ID TITLE
own() {
    need "$1" "the id of the project" || return 2
    send own ours GET "/projects/$1"
    [ "$(value own data.title)" = "$2" ] || { echo "Cannot decide: project $1 does not have the title of this script."; return 2; }
    printf '%s\t%s\n' "$1" "$2" >>"$work/projects"
}

# Make sure, before the first write to it, that a milestone or task lies in a project of ours: as it is read, or else as
# the project lists it. A comment has to be listed by its TASK. ours KIND ID [TASK]
ours() {
    if [ "$1" = comment ]; then
        send own ours GET "/tasks/$3/comments"
        column own id | grep -Fxq -e "$2" && return
    else
        send own ours GET "/$1s/$2"
        cut -f 1 "$work/projects" | grep -Fxq -e "$(value own data.project_id)" && return
        while IFS="$(printf '\t')" read -r owned its_title; do
            send own ours GET "/$1s?project_id=$owned&limit=100"
            column own id | grep -Fxq -e "$2" && return
        done <"$work/projects"
    fi
    echo "Cannot decide: $1 $2 was not shown to belong to this script, so nothing is written to it."
    return 2
}

# Delete what we made, each project only if it still has our title.
clean_up() {
    while IFS="$(printf '\t')" read -r owned its_title; do
        send own ours GET "/projects/$owned"
        [ "$(status own)" = 404 ] && continue
        if [ "$(value own data.title)" = "$its_title" ]; then
            send own ours DELETE "/projects/$owned"
            case $(status own) in 2??) continue ;; esac
        fi
        echo "Could not be deleted: project $owned, titled $its_title." >&2
    done <"$work/projects"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 3' HUP INT TERM

# Checks: 0 holds, 1 is violated, 2 cannot be told.

# An answer of a gateway or a limit says nothing. answered NUMBER
answered() {
    case $(status "$1") in
        '' | 000 | 408 | 429 | 502 | 503 | 504)
            echo "Cannot decide: call $1 was answered with $(status "$1")."
            return 2 ;;
    esac
}

# A refusal has no data; whether it is right to refuse, another check says. granted NUMBER [PATH]
granted() {
    answered "$1" || return 2
    case ${2-data} in data* | meta*) ;; *) return 0 ;; esac
    case $(status "$1") in
        4??)
            echo "Cannot decide: call $1 was refused with $(status "$1")."
            return 2 ;;
    esac
}

# judge TRUTH EXPECTED ACTUAL
judge() {
    printf 'expected  %s\nactual    %s\n' "$2" "$3"
    return "$1"
}

# status_is NUMBER PATTERN...
status_is() {
    number=$1
    shift
    case " $* " in *' 4?? '*) ;; *) answered "$number" || return 2 ;; esac
    [ "$(status "$number")" = 000 ] && return 2
    matched=1
    for pattern in "$@"; do
        # shellcheck disable=SC2254
        case $(status "$number") in $pattern) matched=0 ;; esac
    done
    judge $matched "call $number: status $*" "$(status "$number"), $(head -c 300 "$work/$number.body")"
}

# value_is NUMBER PATH TEXT; value_is_not NUMBER PATH TEXT
value_is() {
    granted "$1" "$2" || return 2
    actual=$(value "$1" "$2")
    if [ "$actual" = "$3" ]; then matched=0; else matched=1; fi
    judge $matched "call $1: $2 is $3" "${actual:-nothing}"
}
value_is_not() {
    granted "$1" "$2" || return 2
    actual=$(value "$1" "$2")
    need "$actual" "$2 in the answer to call $1" || return 2
    if [ "$actual" != "$3" ]; then matched=0; else matched=1; fi
    judge $matched "call $1: $2 is not $3" "${actual:-nothing}"
}

# type_is NUMBER PATH TYPE; the type `nothing` stands for a path that is not there.
type_is() {
    if [ "$3" = nothing ]; then answered "$1"; else granted "$1" "$2"; fi || return 2
    actual=$(type_of "$1" "$2")
    if [ "${actual:-nothing}" = "$3" ]; then matched=0; else matched=1; fi
    judge $matched "call $1: $2 is of type $3" "${actual:-nothing}: $(value "$1" "$2")"
}

# instant NUMBER PATH
instant() {
    granted "$1" "$2" || return 2
    matched=1
    case $(value "$1" "$2") in
        [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*[Z0-9]) matched=0 ;;
    esac
    judge $matched "call $1: $2 is an instant such as 2026-06-15T09:30:00.000000Z" "$(value "$1" "$2")"
}

# json NUMBER
json() {
    answered "$1" || return 2
    if [ -f "$work/$1.bad" ]; then matched=1; else matched=0; fi
    judge $matched "call $1: a body that parses as JSON" "$(head -c 300 "$work/$1.body")"
}

# whole NUMBER; curl ends with 18 where an answer ends too early, and with 56 where its connection breaks.
whole() {
    case $(cat "$work/$1.ended") in 18 | 56) matched=1 ;; *) matched=0; answered "$1" || return 2 ;; esac
    judge $matched "call $1: a body as long as its head says" "$(wc -c <"$work/$1.body" | tr -d ' ') bytes"
}

# header_has NUMBER NAME TEXT
header_has() {
    answered "$1" || return 2
    actual=$(tr -d '\r' <"$work/$1.head" | grep -i "^$2:" | tail -n 1)
    matched=1
    case $actual in ?*) printf '%s\n' "$actual" | grep -iqF -e "$3" && matched=0 ;; esac
    judge $matched "call $1: a header $2${3:+ with $3}" "${actual:-none}"
}

# rows_have NUMBER COLUMN TEXT; rows_lack NUMBER COLUMN TEXT
column() {
    column=$2 awk -F '\t' '
        { at[$1] = $3 }
        END { for (k = 0; k < at["data"] + 0; k++) print at["data." k "." ENVIRON["column"]] }' "$work/$1.flat"
}
rows_have() {
    granted "$1" || return 2
    if column "$1" "$2" | grep -Fxq -e "$3"; then matched=0; else matched=1; fi
    judge $matched "call $1: a row whose $2 is $3" "$(column "$1" "$2" | tr '\n' ' ')"
}
rows_lack() {
    granted "$1" || return 2
    if column "$1" "$2" | grep -Fxq -e "$3"; then matched=1; else matched=0; fi
    judge $matched "call $1: no row whose $2 is $3" "$(column "$1" "$2" | tr '\n' ' ')"
}

# every_row_has NUMBER COLUMN TEXT
every_row_has() {
    granted "$1" || return 2
    if column "$1" "$2" | grep -Fxvq -e "$3"; then matched=1; else matched=0; fi
    judge $matched "call $1: every row with $2 $3" "$2 $(column "$1" "$2" | sort -u | tr '\n' ' ')"
}

# stands_before NUMBER ID ID
stands_before() {
    granted "$1" || return 2
    first=$(column "$1" id | grep -Fnx -e "$2" | head -n 1 | cut -d : -f 1)
    second=$(column "$1" id | grep -Fnx -e "$3" | head -n 1 | cut -d : -f 1)
    need "$first" "the row $2 in the answer to call $1" || return 2
    need "$second" "the row $3 in the answer to call $1" || return 2
    if [ "$first" -lt "$second" ]; then matched=0; else matched=1; fi
    judge $matched "call $1: the row $2 before the row $3" "ids $(column "$1" id | tr '\n' ' ')"
}

# Print the seconds from March 2000 to an instant in UTC, to the microsecond. seconds_to INSTANT
seconds_to() {
    printf '%s\n' "$1" | awk -F '[-T:Z+]' '
        NF < 6 || !/^[0-9]/ || !/(Z|[+]00:00)$/ { exit 1 }
        {
            year = ($2 > 2 ? $1 : $1 - 1) - 2000
            days = year * 365 + int(year / 4) - int(year / 100) + int(year / 400)
            days += int((153 * ($2 > 2 ? $2 - 3 : $2 + 9) + 2) / 5) + $3
            printf "%.6f", ((days * 24 + $4) * 60 + $5) * 60 + $6
        }'
}

# not_before NUMBER PATH INSTANT SECONDS_THAT_CLOCKS_MAY_DIFFER_BY
not_before() {
    granted "$1" "$2" || return 2
    actual=$(value "$1" "$2")
    first=$(seconds_to "$3") && second=$(seconds_to "$actual") || return 2
    matched=$(awk -v first="$first" -v second="$second" -v slack="$4" 'BEGIN { print second + slack < first }')
    judge "$matched" "call $1: $2 is $3 or later" "$actual"
}

# Run the calls and the check, several times where a violation does not show every time, and end with the verdict.
# conclude ROUNDS CALLS
conclude() {
    while :; do
        echo "Calls to $target:"
        reproduce && check
        result=$?
        [ "$result" -ne 1 ] && [ "$round" -lt $((2 * $1 - 1)) ] || break
        # Where answers change by turns, some calls in between make it another one's turn.
        round=$((round + 1)) upto=$((round / 2 % $2))
        reproduce >/dev/null 2>&1
        round=$((round + 1)) upto=9999
    done
    [ "$result" -eq 1 ] && lags
    [ "$result" -eq 0 ] && [ "$1" -gt 1 ] &&
        echo "The violation did not show again. It did not show every time before, so this proves little."
    case $result in
        0) echo "It holds: $requirement" ;;
        1) echo "VIOLATED: $requirement" ;;
        *) echo "No verdict: $requirement"; result=2 ;;
    esac
    exit "$result"
}

# Ask again after some seconds what showed a violation; a script that looks at a write has nothing to ask.
lags() {
    command -v again >/dev/null || return 0
    sleep "${MILESTONES_AGAIN_AFTER:-3}"
    again >/dev/null && check >/dev/null || return 0
    echo "The same call has another answer ${MILESTONES_AGAIN_AFTER:-3} s later, and the requirement then holds: reads lag, or change by turns."
}
