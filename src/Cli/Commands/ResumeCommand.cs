using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>resume STORE</c>: continues a sweep without its file.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var states = new Option<string?>("--states")
        {
            Description = "Forget the results of trials in these states and run them again: failed, stopped or completed, with commas between.",
        };
        var arguments = new TrainingArguments();
        var command = new Command("resume", "Continue a sweep without its file.") { store, states }
            .WithExamples("resume results/quickstart/sweep.db", "resume results/quickstart/sweep.db --states failed,stopped");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);
            var again = Parse(parsed.GetValue(states));
            var options = arguments.Read(parsed);
            return StoreRooms.IsThere(path) ? Training.Run(options, path, plan: null, again) : throw new SweepException($"{path}: there is no such store.");
        });
        return command;
    }

    private static TrialState[] Parse(string? words) =>
        [.. (words ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(State)];

    private static TrialState State(string word)
    {
        var final = Enum.GetValues<TrialState>().Where(TrialStates.IsFinal).ToList();
        return final.FirstOrDefault(s => TrialStates.Text(s) == word) is var state && TrialStates.IsFinal(state)
            ? state
            : throw new SweepException(
                $"--states has '{word}', but must be made of {string.Join(", ", final.Select(TrialStates.Text))}: "
                + "only trials in these states have a result to forget.");
    }
}
