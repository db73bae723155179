function __encoder-bridge_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __encoder-bridge_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __encoder-bridge_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __encoder-bridge_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __encoder-bridge_parse_tokens -S
    set -l unparsed_tokens (__encoder-bridge_tokens -pc)
    switch $unparsed_tokens[1]
    case 'encoder-bridge'
        __encoder-bridge_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'run'
            __encoder-bridge_parse_subcommand 0 'config=' 'log-level=' 'version' 'h/help'
        case 'status'
            __encoder-bridge_parse_subcommand 0 'config=' 'json' 'version' 'h/help'
        case 'jobs'
            __encoder-bridge_parse_subcommand 1 'config=' 'room=' 'reservation=' 'encoder=' 'state=' 'day=' 'limit=' 'json' 'version' 'h/help'
        case 'journal'
            __encoder-bridge_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'verify'
                __encoder-bridge_parse_subcommand 1 'config=' 'seal=' 'version' 'h/help'
            case 'export'
                __encoder-bridge_parse_subcommand 0 'config=' 'version' 'h/help'
            case 'backup'
                __encoder-bridge_parse_subcommand 1 'config=' 'version' 'h/help'
            case 'restore'
                __encoder-bridge_parse_subcommand 1 'config=' 'version' 'h/help'
            end
        case 'card'
            __encoder-bridge_parse_subcommand 1 'config=' 'json' 'version' 'h/help'
        case 'tell'
            __encoder-bridge_parse_subcommand 2 'config=' 'room=' 'reservation=' 'old-room=' 'until=' 'version' 'h/help'
        case 'check'
            __encoder-bridge_parse_subcommand 0 'config=' 'json' 'version' 'h/help'
        case 'probe'
            __encoder-bridge_parse_subcommand 1 'config=' 'driver=' 'set=+' 'identify' 'reset' 'adopt' 'name=' 'watch' 'bytes' 'test-card' 'cards=' 'report' 'output=' 'json' 'version' 'h/help'
        case 'record'
            __encoder-bridge_parse_subcommand 1 'driver=' 'set=+' 'task=' 'order=' 'time-zone=' 'output=' 'duration=' 'reveal' 'version' 'h/help'
        case 'replay'
            __encoder-bridge_parse_subcommand 1 'driver=' 'set=+' 'delivery=' 'on-terminal' 'link=' 'to-umockdev' 'version' 'h/help'
        case 'rules'
            __encoder-bridge_parse_subcommand 0 'local=' 'driver=' 'serial=' 'path=' 'device=' 'hidraw' 'version' 'h/help'
        case 'simulate'
            __encoder-bridge_parse_subcommand 1 'link=' 'tty=' 'listen=' 'connect=' 'fault=+' 'baud=' 'card-delay=' 'card-limit=' 'late-by=' 'unplug-after=' 'absence=' 'encoder=' 'profile=' 'room=+' 'cards=' 'broker=' 'lock=+' 'expose-pin' 'virtual-reader=' 'card=+' 'card-stay=' 'version' 'h/help'
        case 'sandbox'
            __encoder-bridge_parse_subcommand 0 'listen=' 'time-zone=' 'request-limit=' 'key-cutter=+' 'form-2015' 'practice=' 'fias=' 'fias-dial=' 'fias-link=' 'send=+' 'version' 'h/help'
        case 'access'
            __encoder-bridge_parse_subcommand 0 'config=' 'reservation=' 'room=' 'retry=' 'codes' 'json' 'version' 'h/help'
        case 'token'
            __encoder-bridge_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'add'
                __encoder-bridge_parse_subcommand 1 'scope=' 'encoder=+' 'config=' 'version' 'h/help'
            case 'list'
                __encoder-bridge_parse_subcommand 0 'config=' 'version' 'h/help'
            case 'remove'
                __encoder-bridge_parse_subcommand 1 'config=' 'version' 'h/help'
            end
        case 'setup'
            __encoder-bridge_parse_subcommand 0 'config=' 'journal=' 'replace' 'version' 'h/help'
        case 'help'
            __encoder-bridge_parse_subcommand -r 1 'version'
        end
    end
end

function __encoder-bridge_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __encoder-bridge_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __encoder-bridge_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __encoder-bridge_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__encoder-bridge_tokens -p)
    if test -z "$(__encoder-bridge_tokens -t)"
        set -l index (count (__encoder-bridge_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'encoder-bridge' -f
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'run' -d 'Runs the bridge until SIGTERM or SIGINT; SIGHUP reads the configuration again.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'status' -d 'How the running bridge is: encoders, connectors, what waits.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'jobs' -d 'Orders and what became of them: the newest ones, those of a room or a day, or one with its trail.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'journal' -d 'The journal of all orders: look whether it is sound, copy it, put a copy back.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'card' -d 'Whose card is this? Reads the card on an encoder and finds the order it was cut for.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'tell' -d 'Tells a lock system by hand that guests have left, or that their keys are to open another room.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'check' -d 'Reads the configuration as the daemon would and says what is wrong, line by line.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'probe' -d 'What is attached, what would drive it, what is in the way and how to take it away.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'record' -d 'Writes down a dialogue with an encoder, byte by byte, as a transcript.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'replay' -d 'Plays a transcript to a driver and shows where the driver does otherwise.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'rules' -d 'Prints the udev rules of the bridge, or the line for one port of this site.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'simulate' -d 'An encoder on a pseudo-terminal, to try the bridge against without hardware.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'sandbox' -d 'A PMS to practise with: speaks the Mews Connector API, strict in what it takes.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'access' -d 'Door codes: who may open what, and why a code is not there.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'token' -d 'Who may use the endpoint and the desk page: tokens made, listed, taken away.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'setup' -d 'The first configuration, by questions: zone, language, encoders, the PMS\' tokens, the clerks\' page.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge run" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge run" log-level' -l 'log-level' -d 'How much is logged: trace, debug, info, notice, warning, error.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge run" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge status" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge status" json' -l 'json' -d 'For programs: {"encoders": [...], "connectors": [...], "queue": {...}}'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge status" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" room' -l 'room' -d 'Only keys for this room or lock.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" reservation' -l 'reservation' -d 'Only keys of this reservation.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" encoder' -l 'encoder' -d 'Only keys of this encoder.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" state' -l 'state' -d 'Only jobs in this state: queued, writing, done, failed, cancelled, expired ...' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" day' -l 'day' -d 'Only orders of this day, on the hotel\'s clock: YYYY-MM-DD.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" limit' -l 'limit' -d 'How many at most.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" json' -l 'json' -d 'For programs.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge jobs" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge journal" -eq 1' -fa 'verify' -d 'Reads every page, job and line of the history and says what is wrong.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge journal" -eq 1' -fa 'export' -d 'Every job with its trail as JSON, one job a line, the seal of the history as the last line.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge journal" -eq 1' -fa 'backup' -d 'Writes a whole copy of the journal while the bridge runs.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge journal" -eq 1' -fa 'restore' -d 'Puts a backup in the journal\'s place; the bridge must be stopped.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal verify" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal verify" seal' -l 'seal' -d 'A seal that was printed before, as PLACE:SEAL.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal verify" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal export" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal export" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal export" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal backup" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal backup" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal backup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal restore" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal restore" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge journal restore" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge card" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge card" json' -l 'json' -d 'For programs.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge card" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge card" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge tell" -eq 1' -fka 'check-out key-change'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" room' -l 'room' -d 'The room that was left, or the one that the keys are to open.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" reservation' -l 'reservation' -d 'Only keys of this reservation.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" old-room' -l 'old-room' -d 'Where the guests moved from.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" until' -l 'until' -d 'The keys\' new end, on the hotel\'s clock: 2026-11-30T11:00.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge tell" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge check" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge check" json' -l 'json' -d 'For programs.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge check" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" driver' -l 'driver' -d 'Ask DEVICE with this driver; implies --identify.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe"' -l 'set' -d 'A setting of --driver, as NAME=VALUE.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" identify' -l 'identify' -d 'Ask the encoders who they are. Sends bytes, changes no card.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" reset' -l 'reset' -d 'Wake a deaf encoder with its family\'s reset before it is asked; needs DEVICE and --driver.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" adopt' -l 'adopt' -d 'Print what to write down for DEVICE: the configuration\'s entry and the udev rule.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" name' -l 'name' -d 'The encoder\'s name for --adopt.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" watch' -l 'watch' -d 'Follow plugs, cards and jobs until Ctrl-C; with --driver also what goes over DEVICE, as lengths.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" bytes' -l 'bytes' -d 'With --watch: show the bytes and the cards\' numbers too. They may be a guest\'s.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" test-card' -l 'test-card' -d 'Try an encoder with cards: look, write, read back, make blank. Needs DEVICE.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" cards' -l 'cards' -d 'How many cards --test-card takes; 0: until no more is wanted.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" report' -l 'report' -d 'Write one file for a colleague: system, rules, findings, last faults, configuration without secrets.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" output' -l 'output' -d 'Where --report writes; default: a new file in this folder.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" json' -l 'json' -d 'For programs.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge probe" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge record" -eq 1' -F
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" driver' -l 'driver' -d 'The family of the encoder: the name of its driver.' -rfka 'industry-standard generic-stx-etx pcsc aabb pn532 msr fias'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record"' -l 'set' -d 'A setting of the driver; may be given several times.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" task' -l 'task' -d 'What the encoder is asked after it has said who it is.' -rfka 'identify cut read erase reset self-test'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" order' -l 'order' -d 'For --task cut: the order as JSON, or a file with it. Use a test room and a test card.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" time-zone' -l 'time-zone' -d 'For --task cut: the time zone of the hotel; default: that of this machine.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" output' -l 'output' -d 'The file to write; default: standard output.' -rF
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" duration' -l 'duration' -d 'Ends the recording after this time, whatever the encoder does: 30s, 2m.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" reveal' -l 'reveal' -d 'Keeps names, card content and serial numbers. For test cards only.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge record" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge replay" -eq 1' -fa '(for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.\'txt\';printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" driver' -l 'driver' -d 'Play it to this driver instead of the one that the file names.' -rfka 'industry-standard generic-stx-etx pcsc aabb pn532 msr fias'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay"' -l 'set' -d 'A setting of the driver; may be given several times.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" delivery' -l 'delivery' -d 'How the encoder\'s bytes arrive: whole, byte-by-byte, glued, behind-noise, or all of them in turn.' -rfka 'whole byte-by-byte glued behind-noise all'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" on-terminal' -l 'on-terminal' -d 'Be the encoder on a pseudo-terminal, until SIGINT or SIGTERM.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" link' -l 'link' -d 'With --on-terminal: where to put a link to the terminal.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" to-umockdev' -l 'to-umockdev' -d 'Print the first dialogue as a script for `umockdev-run --script`.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge replay" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" local' -l 'local' -d 'The name of the encoder.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" driver' -l 'driver' -d 'With --local: its driver.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" serial' -l 'serial' -d 'With --local: the serial number of its adapter.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" path' -l 'path' -d 'With --local: the USB socket, ID_PATH as probe shows it.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" device' -l 'device' -d 'With --local: a built-in serial port such as /dev/ttyS0.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" hidraw' -l 'hidraw' -d 'With --local: it is a hidraw device and no serial port.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge rules" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" link' -l 'link' -d 'Where to put a link to the terminal.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" tty' -l 'tty' -d 'Play on this terminal instead of a pseudo-terminal: the far end of a null-modem cable, a USB gadget\'s /dev/ttyGS0.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" listen' -l 'listen' -d 'Be a server on the network instead; port 0 takes a free one.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" connect' -l 'connect' -d 'Dial in on the network instead, and again whenever the line is gone.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate"' -l 'fault' -d 'Something that goes wrong; may be given several times.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" baud' -l 'baud' -d 'Speed of the line in baud; default: as fast as the terminal.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" card-delay' -l 'card-delay' -d 'How long until a card is put on: 300ms, 2s.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" card-limit' -l 'card-limit' -d 'How long the encoder waits for a card.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" late-by' -l 'late-by' -d 'When the fault lateAnswer answers, from the order on.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" unplug-after' -l 'unplug-after' -d 'How long after the order unplugMidJob pulls the plug.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" absence' -l 'absence' -d 'How long the plug is out.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" encoder' -l 'encoder' -d 'The one encoder name it answers to; default: all.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" profile' -l 'profile' -d 'Which encoder of the family, for generic-stx-etx: inhova, vingcard-2100, visionline, cisa, kaba-ilco; how the locks tell what became of a code, for zigbee2mqtt: asked, signs, stamps, brokenCode, disabled.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate"' -l 'room' -d 'A room the lock system knows; may be given several times; default: all.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" cards' -l 'cards' -d 'Append every card that is cut to this file, as a line of JSON.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" broker' -l 'broker' -d 'Locks: the broker, HOST:PORT.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate"' -l 'lock' -d 'A lock\'s friendly name, or for nuki-hub its topic, nuki/lock; may be given several times.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" expose-pin' -l 'expose-pin' -d 'zigbee2mqtt: the locks show their codes (option expose_pin).'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" virtual-reader' -l 'virtual-reader' -d 'pcsc: where vsmartcard\'s virtual reader listens.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate"' -l 'card' -d 'A kind of card that is put on a contactless encoder; may be given several times.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" card-stay' -l 'card-stay' -d 'How long a written card stays on a contactless encoder.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge simulate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" listen' -l 'listen' -d 'Where to listen; port 0 takes a free one.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" time-zone' -l 'time-zone' -d 'Time zone of the hotel, IANA.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" request-limit' -l 'request-limit' -d 'Requests that one token may make in 30 seconds.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox"' -l 'key-cutter' -d 'A key cutter of the hotel, by name; may be given several times; default: one, \'Front desk\' with the id 1.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" form-2015' -l 'form-2015' -d 'Offer only what the API of 2015 had: app/signIn, getAllActive, update; no WebSocket.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" practice' -l 'practice' -d 'Write a configuration for this hotel and a simulated encoder there, and say how to start both.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" fias' -l 'fias' -d 'Be a hotel system that speaks FIAS to a lock system instead, and listen here for it.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" fias-dial' -l 'fias-dial' -d 'The same, and dial the lock system.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" fias-link' -l 'fias-link' -d 'The same, on a serial line: where to put a link to a pseudo-terminal.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox"' -l 'send' -d 'What the hotel system sends, in order; may be given several times. Ends when each was answered: 0 if all were OK.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge sandbox" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" reservation' -l 'reservation' -d 'Only this reservation, by number or id.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" room' -l 'room' -d 'Only this room or door.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" retry' -l 'retry' -d 'Try this grant again, by the id that is shown.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" codes' -l 'codes' -d 'Show the codes: needs a token that may write.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" json' -l 'json' -d 'For programs: {"locks": [...], "grants": [...]}'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge access" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge token" -eq 1' -fa 'add' -d 'Makes a token, shows it once, and keeps its mark in endpoint.tokensFile.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge token" -eq 1' -fa 'list' -d 'Names, rights and encoders; never a token.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_positional "encoder-bridge token" -eq 1' -fa 'remove' -d 'Takes a token away.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token add" scope' -l 'scope' -d 'What it allows: read, or write, which includes reading.' -rfka 'read write'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token add"' -l 'encoder' -d 'It cuts, reads cards and cancels on this encoder only; may be given again. Default: on all.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token add" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token add" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token list" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token list" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token remove" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token remove" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge token remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge setup" config' -l 'config' -d 'The configuration file.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge setup" journal' -l 'journal' -d 'The journal\'s path.' -rfka ''
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge setup" replace' -l 'replace' -d 'Replace a configuration that is there without asking; the old one is kept beside.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge setup" version' -l 'version' -d 'Show the version.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge setup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'encoder-bridge' -n '__encoder-bridge_should_offer_completions_for_flags_or_options "encoder-bridge help" version' -l 'version' -d 'Show the version.'
