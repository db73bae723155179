#!/bin/bash

__encoder-bridge_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__encoder-bridge_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__encoder-bridge_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__encoder-bridge_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_encoder-bridge() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __encoder-bridge_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    run|status|jobs|journal|card|tell|check|probe|record|replay|rules|simulate|sandbox|access|token|setup|help)
        # Offer subcommand argument completions
        "_encoder-bridge_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'run status jobs journal card tell check probe record replay rules simulate sandbox access token setup help' -- "${cur}"))
        ;;
    esac
}

_encoder-bridge_run() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config --log-level)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--log-level')
        return
        ;;
    esac
}

_encoder-bridge_status() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_jobs() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--config --room --reservation --encoder --state --day --limit)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--room')
        return
        ;;
    '--reservation')
        return
        ;;
    '--encoder')
        return
        ;;
    '--state')
        return
        ;;
    '--day')
        return
        ;;
    '--limit')
        return
        ;;
    esac
}

_encoder-bridge_journal() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __encoder-bridge_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    verify|export|backup|restore)
        # Offer subcommand argument completions
        "_encoder-bridge_journal_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'verify export backup restore' -- "${cur}"))
        ;;
    esac
}

_encoder-bridge_journal_verify() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config --seal)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--seal')
        return
        ;;
    esac
}

_encoder-bridge_journal_export() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_journal_backup() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_journal_restore() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_card() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_tell() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config --room --reservation --old-room --until)
    __encoder-bridge_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--room')
        return
        ;;
    '--reservation')
        return
        ;;
    '--old-room')
        return
        ;;
    '--until')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    2)
        __encoder-bridge_add_completions -W 'check-out'$'\n''key-change'
        return
        ;;
    esac
}

_encoder-bridge_check() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_probe() {
    repeating_flags=()
    non_repeating_flags=(--identify --reset --adopt --watch --bytes --test-card --report --json --version -h --help)
    repeating_options=(--set)
    non_repeating_options=(--config --driver --name --cards --output)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--driver')
        return
        ;;
    '--set')
        return
        ;;
    '--name')
        return
        ;;
    '--cards')
        return
        ;;
    '--output')
        return
        ;;
    esac
}

_encoder-bridge_record() {
    repeating_flags=()
    non_repeating_flags=(--reveal --version -h --help)
    repeating_options=(--set)
    non_repeating_options=(--driver --task --order --time-zone --output --duration)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--driver')
        __encoder-bridge_add_completions -W 'industry-standard'$'\n''generic-stx-etx'$'\n''pcsc'$'\n''aabb'$'\n''pn532'$'\n''msr'$'\n''fias'
        return
        ;;
    '--set')
        return
        ;;
    '--task')
        __encoder-bridge_add_completions -W 'identify'$'\n''cut'$'\n''read'$'\n''erase'$'\n''reset'$'\n''self-test'
        return
        ;;
    '--order')
        return
        ;;
    '--time-zone')
        return
        ;;
    '--output')
        __encoder-bridge_add_completions -f
        return
        ;;
    '--duration')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __encoder-bridge_add_completions -f
        return
        ;;
    esac
}

_encoder-bridge_replay() {
    repeating_flags=()
    non_repeating_flags=(--on-terminal --to-umockdev --version -h --help)
    repeating_options=(--set)
    non_repeating_options=(--driver --delivery --link)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--driver')
        __encoder-bridge_add_completions -W 'industry-standard'$'\n''generic-stx-etx'$'\n''pcsc'$'\n''aabb'$'\n''pn532'$'\n''msr'$'\n''fias'
        return
        ;;
    '--set')
        return
        ;;
    '--delivery')
        __encoder-bridge_add_completions -W 'whole'$'\n''byte-by-byte'$'\n''glued'$'\n''behind-noise'$'\n''all'
        return
        ;;
    '--link')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __encoder-bridge_add_completions -o plusdirs -fX '!*.@(txt)'
        return
        ;;
    esac
}

_encoder-bridge_rules() {
    repeating_flags=()
    non_repeating_flags=(--hidraw --version -h --help)
    repeating_options=()
    non_repeating_options=(--local --driver --serial --path --device)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--local')
        return
        ;;
    '--driver')
        return
        ;;
    '--serial')
        return
        ;;
    '--path')
        return
        ;;
    '--device')
        return
        ;;
    esac
}

_encoder-bridge_simulate() {
    repeating_flags=()
    non_repeating_flags=(--expose-pin --version -h --help)
    repeating_options=(--fault --room --lock --card)
    non_repeating_options=(--link --tty --listen --connect --baud --card-delay --card-limit --late-by --unplug-after --absence --encoder --profile --cards --broker --virtual-reader --card-stay)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--link')
        return
        ;;
    '--tty')
        return
        ;;
    '--listen')
        return
        ;;
    '--connect')
        return
        ;;
    '--fault')
        return
        ;;
    '--baud')
        return
        ;;
    '--card-delay')
        return
        ;;
    '--card-limit')
        return
        ;;
    '--late-by')
        return
        ;;
    '--unplug-after')
        return
        ;;
    '--absence')
        return
        ;;
    '--encoder')
        return
        ;;
    '--profile')
        return
        ;;
    '--room')
        return
        ;;
    '--cards')
        return
        ;;
    '--broker')
        return
        ;;
    '--lock')
        return
        ;;
    '--virtual-reader')
        return
        ;;
    '--card')
        return
        ;;
    '--card-stay')
        return
        ;;
    esac
}

_encoder-bridge_sandbox() {
    repeating_flags=()
    non_repeating_flags=(--form-2015 --version -h --help)
    repeating_options=(--key-cutter --send)
    non_repeating_options=(--listen --time-zone --request-limit --practice --fias --fias-dial --fias-link)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--time-zone')
        return
        ;;
    '--request-limit')
        return
        ;;
    '--key-cutter')
        return
        ;;
    '--practice')
        return
        ;;
    '--fias')
        return
        ;;
    '--fias-dial')
        return
        ;;
    '--fias-link')
        return
        ;;
    '--send')
        return
        ;;
    esac
}

_encoder-bridge_access() {
    repeating_flags=()
    non_repeating_flags=(--codes --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--config --reservation --room --retry)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--reservation')
        return
        ;;
    '--room')
        return
        ;;
    '--retry')
        return
        ;;
    esac
}

_encoder-bridge_token() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __encoder-bridge_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    add|list|remove)
        # Offer subcommand argument completions
        "_encoder-bridge_token_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'add list remove' -- "${cur}"))
        ;;
    esac
}

_encoder-bridge_token_add() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--encoder)
    non_repeating_options=(--scope --config)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--scope')
        __encoder-bridge_add_completions -W 'read'$'\n''write'
        return
        ;;
    '--encoder')
        return
        ;;
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_token_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_token_remove() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--config)
    __encoder-bridge_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac
}

_encoder-bridge_setup() {
    repeating_flags=()
    non_repeating_flags=(--replace --version -h --help)
    repeating_options=()
    non_repeating_options=(--config --journal)
    __encoder-bridge_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    '--journal')
        return
        ;;
    esac
}

_encoder-bridge_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __encoder-bridge_offer_flags_options -1
}

complete -o filenames -F _encoder-bridge encoder-bridge
