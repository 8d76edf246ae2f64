# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completion of cognito-login for bash.

_cognito_login_profiles() {
    local file
    printf 'default\n'
    for file in "${XDG_CONFIG_HOME:-$HOME/.config}/cognito-login/config" /etc/cognito-login/config; do
        [ ! -r "$file" ] || sed -n 's/^[[:blank:]]*\[profile \(.*\)\][[:blank:]]*$/\1/p' "$file"
    done
}

_cognito_login() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb='' choices i
    if [ "$before" = --profile ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_cognito_login_profiles)" -- "$word")
        return
    fi
    if [[ $word == */* ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --profile) i=$((i + 1)) ;;
            -*) ;;
            *)
                verb=${COMP_WORDS[i]}
                break
                ;;
        esac
    done
    case $verb in
        '') choices='login logout token status profiles env ssh --profile --no-browser --password --json --help --version' ;;
        */*) choices='--profile --yes --no-browser --password --json' ;;
        login) choices='--profile --no-browser --password --json' ;;
        token) choices='--profile --parts --sudo --json' ;;
        status) choices='--profile --json' ;;
        logout) choices='--profile --all --json' ;;
        profiles) choices='--json' ;;
        env) choices='--profile' ;;
        ssh)
            mapfile -t COMPREPLY < <(compgen -A hostname -- "$word")
            return
            ;;
        *) choices='' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}

complete -F _cognito_login cognito-login
