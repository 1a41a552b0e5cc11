using System.CommandLine;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>completion SHELL</c>: a script by which a shell completes verbs, options, files, stores and the ids of their trials.</summary>
internal static class CompletionCommand
{
    // Each script asks the command itself: "[suggest:PLACE]" "LINE", see Completions.
    private const string Bash = """
        # bash completion of vicreg-sweep. In ~/.bashrc: source <(vicreg-sweep completion bash)
        _vicreg_sweep() {
          mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)
          # What goes on after a slash gets no space.
          [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != */ ]] || compopt -o nospace
        }
        complete -F _vicreg_sweep vicreg-sweep ./vicreg-sweep

        """;

    private const string Zsh = """
        #compdef vicreg-sweep
        # zsh completion of vicreg-sweep. In ~/.zshrc, after compinit: source <(vicreg-sweep completion zsh)
        _vicreg_sweep() {
          local line="${(j: :)words[1,CURRENT]}"
          local -a found folders others
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2> /dev/null)}")
          folders=("${(@M)found:#*/}")
          others=("${(@)found:#(*/|)}")
          (( ${#folders} )) && compadd -S '' -- "${folders[@]}"
          (( ${#others} )) && compadd -- "${others[@]}"
        }
        compdef _vicreg_sweep vicreg-sweep

        """;

    private const string Fish = """
        # fish completion of vicreg-sweep. In ~/.config/fish/config.fish: vicreg-sweep completion fish | source
        function __vicreg_sweep_complete
          set -l words (commandline -opc)
          set -l line (string join ' ' -- $words (commandline -ct))
          $words[1] "[suggest:"(string length -- $line)"]" $line 2> /dev/null
        end
        complete -c vicreg-sweep -f -a '(__vicreg_sweep_complete)'

        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes verbs, options, files, stores and trials in a shell.") { shell }
            .WithExamples("completion bash > ~/.local/share/bash-completion/completions/vicreg-sweep", "completion fish | source");
        command.SetAction(parsed =>
        {
            Console.Out.Write(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCodes.Done;
        });
        return command;
    }
}
