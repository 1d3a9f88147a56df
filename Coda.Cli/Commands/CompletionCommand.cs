using System.CommandLine;

namespace Coda.Cli.Commands;

/// <summary><c>coda completion</c>: what makes a shell complete commands, options and names.</summary>
public sealed class CompletionCommand : CodaCommand
{
    // The word before the cursor may be ./coda or a path: the parser is asked about coda.
    private const string Bash = """
        _coda() {
            local program="${COMP_WORDS[0]}" IFS=$'\n' suggestions
            suggestions="$("$program" "[suggest:$((COMP_POINT - ${#program} + 4))]" "coda${COMP_LINE#"$program"}" 2>/dev/null)"
            COMPREPLY=($(compgen -W "$suggestions" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _coda coda
        """;

    private const string Zsh = """
        _coda() {
            local -a suggestions
            suggestions=("${(@f)$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} + 4))]" "coda${BUFFER#"${words[1]}"}" 2>/dev/null)}")
            compadd -- $suggestions
        }
        compdef _coda coda
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName coda -ScriptBlock {
            param($word, $line, $cursor)
            coda "[suggest:$cursor]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private readonly Argument<string> _shell = new Argument<string>("shell") { Description = "The shell." }.AcceptOnlyFromAmong("bash", "zsh", "pwsh");

    /// <summary>Declares the command.</summary>
    public CompletionCommand()
        : base(
            CommandGroup.Upkeep,
            "completion",
            "Prints the script that makes a shell complete commands, options and names.",
            "coda completion bash", "coda completion zsh", "coda completion pwsh") => Add(_shell);

    /// <inheritdoc/>
    public override void Run(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var script = arguments.GetRequiredValue(_shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => PowerShell,
        };
        terminal.Text(new { script }, $"{script}\n");
    }
}
