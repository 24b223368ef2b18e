"""The completion of ``manage.py journey`` and ``python -m django_journey`` for bash and zsh, as one script."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Mapping

__all__ = ["script"]

_OPTION = re.compile(r"(?<![\w-])--?[a-z][\w-]*")
_SCRIPT = """\
# Completion of "manage.py journey" and "python -m django_journey":
#     eval "$(python -m django_journey completion bash)"    (zsh: completion zsh)
_django_journey() {{
    local before=" ${{COMP_WORDS[*]:0:COMP_CWORD}} " words=""
    case "$before" in
        *" journey "*) before="${{before#* journey }}" ;;
        *" -m django_journey "*) before="${{before#* -m django_journey }}" ;;
        *) return 0 ;;
    esac
    case "${{before%% *}}" in
        "") words="{commands}" ;;
{cases}
    esac
    COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o bashdefault -o default -F _django_journey python python3 manage.py ./manage.py
"""


def script(commands: Mapping[str, ArgumentParser], shell: str) -> str:
    """Return the script, which has the subcommands and their options.

    Args:
        commands: The parser of each subcommand, by its name.
        shell: ``bash`` or ``zsh``, which reads completions of bash after a word of its own.
    """
    cases = [
        f'        {name}) words="{" ".join(dict.fromkeys(_OPTION.findall(parser.format_help())))}" ;;'
        for name, parser in commands.items()
    ]
    first = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    return first + _SCRIPT.format(commands=" ".join(commands), cases="\n".join(cases))
