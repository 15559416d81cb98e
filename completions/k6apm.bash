# bash completion for k6apm; generated from the table of flags
_k6apm() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  case $previous in
    --metric-type) COMPREPLY=(); return ;;
    --merge-gauges) COMPREPLY=($(compgen -W 'sum last max' -- "$word")); return ;;
    --threads) COMPREPLY=(); return ;;
    -s|--script) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --apm) COMPREPLY=(); return ;;
    -e|--env) COMPREPLY=(); return ;;
    --inspect) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    --provider) COMPREPLY=(); return ;;
    --keep-tags) COMPREPLY=(); return ;;
    --from) COMPREPLY=(); return ;;
    --to) COMPREPLY=(); return ;;
    --start-at) COMPREPLY=(); return ;;
    --end-at) COMPREPLY=(); return ;;
    --tag) COMPREPLY=(); return ;;
    --test-run-id) COMPREPLY=(); return ;;
    --trend-stats) COMPREPLY=(); return ;;
    --names) COMPREPLY=($(compgen -W 'apm k6' -- "$word")); return ;;
    -o|--output) COMPREPLY=($(compgen -d -- "$word")); return ;;
    --openmetrics) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --preview) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --max-series) COMPREPLY=(); return ;;
    --timeout) COMPREPLY=(); return ;;
    --retry-time) COMPREPLY=(); return ;;
    --connections) COMPREPLY=(); return ;;
    --partial) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --spool) COMPREPLY=($(compgen -d -- "$word")); return ;;
    --remote-write) COMPREPLY=($(compgen -W '1 2 auto' -- "$word")); return ;;
    --query-url) COMPREPLY=(); return ;;
    --header) COMPREPLY=(); return ;;
    --cacert) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --cert) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --key) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --run-status) COMPREPLY=($(compgen -W 'finished user threshold script-error timeout system' -- "$word")); return ;;
    --decode) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --progress) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W '--metric-type --merge-gauges --allow-duplicates --threads -s --script --apm -e --env --inspect --thresholds --check --provider --keep-tags --from --to --start-at --end-at --tag --test-run-id --trend-stats --rate-counts --names --native-histograms -n --dry-run -o --output --openmetrics --preview -f --force --max-series --timeout --retry-time --verify --connections --partial --spool --remote-write --allow-future --query-url --header --cacert --cert --key --insecure --datadog-dashboard-metrics --datadog-historical --datadog-metadata --cloud --run-status --no-archive-upload --json --decode -q --quiet -v --verbose --progress --color -h --help -V --version' -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _k6apm k6apm
