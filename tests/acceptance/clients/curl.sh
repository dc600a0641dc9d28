#!/usr/bin/env bash
# Sends the requests of a plan with curl: see plan.py. Usage: curl.sh OPTIONS [PROXY]
set -euo pipefail
read -ra options <<<"$1"
[[ -n "${2:-}" ]] && options+=(--proxy "$2")
tab=$'\x1f'
while IFS="$tab" read -r key method url type body; do
  arguments=(-sS -X "$method" -H "Authorization: Bearer $key" -w '\n%{http_code}' "$url")
  [[ -n "$type" ]] && arguments+=(-H "Content-Type: $type")
  [[ -n "$body" ]] && arguments+=(--data-binary @-)
  # Without a body there is nothing to send in chunks.
  [[ -z "$body" && "$1" == *chunked* ]] || arguments+=("${options[@]}")
  answer="$(base64 -d <<<"$body" | curl "${arguments[@]}")"
  printf '%s %s\n' "${answer##*$'\n'}" "$(printf '%s' "${answer%$'\n'*}" | base64 -w0)"
done < <(tr '\t' "$tab")
