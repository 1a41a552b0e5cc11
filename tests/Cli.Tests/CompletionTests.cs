using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli.Tests;

/// <summary>The scripts for shells, in the shells themselves, complete verbs, options, files, stores and the ids of a store's trials.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Bash_completes_verbs_options_stores_and_trials()
    {
        var trials = Prepare();

        Assert.Equal(["status"], Bash("vicreg-sweep stat"));
        Assert.Equal(["--store"], Bash("vicreg-sweep run tiny.yaml --sto"));
        Assert.Equal(["tiny.yaml"], Bash("vicreg-sweep plan ti"));
        Assert.Equal(["results/tiny/sweep.db"], Bash("vicreg-sweep status results/t"));
        Assert.Equal(["results/tiny/sweep.db"], Bash("./vicreg-sweep run tiny.yaml -s results/tiny/"));
        Assert.Equal(trials.Order(), Bash("vicreg-sweep show results/tiny/sweep.db ").Order());
        Assert.Equal([trials[0]], Bash($"vicreg-sweep show results/tiny/sweep.db {trials[0][..6]}"));
        Assert.Equal(["embedding/knn_informative", "embedding/knn_top1"], Bash("vicreg-sweep report results/tiny/sweep.db --metric embedding/knn"));
        Assert.All(Bash("vicreg-sweep show absent.db "), offered => Assert.StartsWith("-", offered, StringComparison.Ordinal));
    }

    [Fact]
    public void Zsh_completes_verbs_options_stores_and_trials()
    {
        Assert.SkipWhen(Programs.Find("zsh") is null, "There is no zsh here.");
        var trials = Prepare();

        Assert.Equal(["status"], Zsh("vicreg-sweep", "stat"));
        Assert.Equal(["--store"], Zsh("vicreg-sweep", "run", "tiny.yaml", "--sto"));
        Assert.Equal(["results/tiny/sweep.db"], Zsh("vicreg-sweep", "status", "results/t"));
        Assert.Equal([trials[0]], Zsh("vicreg-sweep", "show", "results/tiny/sweep.db", trials[0][..6]));
    }

    [Fact]
    public void Fish_completes_verbs_options_stores_and_trials()
    {
        Assert.SkipWhen(Programs.Find("fish") is null, "There is no fish here.");
        var trials = Prepare();

        Assert.Equal(["status"], Fish("vicreg-sweep stat"));
        Assert.Equal(["--store"], Fish("vicreg-sweep run tiny.yaml --sto"));
        Assert.Equal(["results/tiny/sweep.db"], Fish("vicreg-sweep status results/t"));
        Assert.Equal([trials[0]], Fish($"vicreg-sweep show results/tiny/sweep.db {trials[0][..6]}"));
    }

    /// <returns>The ids of a store's trials.</returns>
    private List<string> Prepare()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--quiet").ExitCode);
        place.Write("vicreg-sweep", $"#!/bin/sh\nexec '{Programs.Find("dotnet")}' '{Path.Combine(AppContext.BaseDirectory, "vicreg-sweep.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(place.PathOf("vicreg-sweep"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        place.Variables["PATH"] = $"{place.PathOf(".")}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var shell in new[] { "bash", "zsh", "fish" }) place.Write($"{shell}.script", place.Run("completion", shell).Output);
        return [.. place.Run("plan", "tiny.yaml", "--list").Output.TrimEnd().Split('\n').Skip(1).Select(line => line.Split('\t')[0])];
    }

    private string[] Bash(string line) => Run("bash", $$"""
        compopt() { :; }    # which bash has while it completes alone
        source bash.script
        COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}})
        _vicreg_sweep
        printf '%s\n' "${COMPREPLY[@]}"
        """);

    private string[] Zsh(params string[] words) => Run("zsh", $$"""
        compdef() { :; }    # of compinit, which wants a terminal
        compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -l -- "$@"; }
        source zsh.script
        words=({{string.Join(' ', words)}}) CURRENT={{words.Length}}
        _vicreg_sweep
        """);

    private string[] Fish(string line) => Run("fish", $"source fish.script\ncomplete -C '{line}'");

    private string[] Run(string shell, string script)
    {
        place.Write("question", script);
        using var running = place.StartProgram(Programs.Find(shell)!, shell == "bash" ? ["--norc", place.PathOf("question")] : [place.PathOf("question")]);
        return running.Finish(TimeSpan.FromMinutes(1)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
