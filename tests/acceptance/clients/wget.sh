#!/usr/bin/env bash
# Sends the requests of a plan with wget: see plan.py.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
tab=$'\x1f'
while IFS="$tab" read -r key method url type body; do
  arguments=(-q -O - --server-response --content-on-error --method="$method" --header "Authorization: Bearer $key")
  [[ -n "$type" ]] && arguments+=(--header "Content-Type: $type")
  base64 -d <<<"$body" >"$folder/body"
  [[ -n "$body" ]] && arguments+=(--body-file="$folder/body")
  answer="$(wget "${arguments[@]}" "$url" 2>"$folder/head" | base64 -w0)"
  printf '%s %s\n' "$(sed -n 's|^ *HTTP/1.1 \([0-9]*\).*|\1|p' "$folder/head")" "$answer"
done < <(tr '\t' "$tab")
