using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Single;

/// <summary>Everything about one trial, as text.</summary>
public static class TrialPortrait
{
    private const int MostRows = 12;

    /// <summary>Seeds beside each other: with so many the names of metrics leave room in 80 columns.</summary>
    private const int SeedsAcross = 3;

    /// <param name="id">The trial's id, or the beginning of it.</param>
    /// <exception cref="SweepException">There is no such trial, or several.</exception>
    public static void Write(IStoreReader store, string id, TextWriter to)
    {
        var trials = store.Trials().ToList();
        var trial = TrialLookup.Find(trials, t => t.Id, id, "TRIAL");
        var varying = VaryingParameters.Of(store);
        Head(to, store, trial);
        Breaks(to, store, trial);
        var ids = ShortIds.Of(trials.Select(t => t.Id));
        if (trial.State is TrialState.Failed or TrialState.Stopped || (trial.State == TrialState.Completed && !HealthyNeighbour.IsHealthy(trial, store.Spaces)))
        {
            Compare(to, store, trial, HealthyNeighbour.Of(trial, trials, store.Spaces, varying), varying, ids);
        }

        Settings(to, store, trial, varying);
        Seeds(to, store, trial, trials, ids);
        Metrics(to, store, trial);
        Curve(to, store, trial);
        Vectors(to, store, trial);
    }

    private static void Head(TextWriter to, IStoreReader store, RecordedTrial trial)
    {
        Line(to, $"trial {trial.Id}, seed {trial.Seed}, point {trial.Point}{(trial.Block.Length > 0 ? $", block {Safe(trial.Block)}" : "")}");
        var ended = trial.Seconds is { } seconds ? $" after {trial.Epochs} epochs, {trial.Steps} steps and {seconds:0.0} s" : "";
        Line(to, $"{TrialStates.Text(trial.State)}{ended}{(trial.State == TrialState.Stopped ? " (censored: its values are those of that step)" : "")}");
        if (TrialsTable.Reason(trial) is { } reason) Line(to, $"  {Safe(reason)}");
        foreach (var (space, panel) in store.Spaces.Zip(trial.Panels).OrderBy(p => p.First.EndsTrials ? 0 : 1))
        {
            if (panel is null) continue;
            var verdict = space.IsHealthy(panel.Verdict) ? "no" : Safe(panel.Verdict);
            Line(to, $"{Safe(space.Name)}: {verdict} {Safe(store.Vocabulary.Defect.Noun)}, {Safe(panel.Evidence)} (epoch {panel.Epoch})");
        }
    }

    private static void Breaks(TextWriter to, IStoreReader store, RecordedTrial trial)
    {
        foreach (var (at, broke) in store.Breaks().Where(b => b.Stack.Trials.Contains(trial.Id)))
            Line(to, $"a stack of {broke.Width} that it was in broke at {at}: {Safe(broke.Reason)}");
    }

    private static void Compare(TextWriter to, IStoreReader store, RecordedTrial trial, RecordedTrial? neighbour, IReadOnlyList<string> varying, ShortIds ids)
    {
        Title(to, "How it differs from its nearest healthy neighbour");
        if (neighbour is null)
        {
            Line(to, $"  No trial of the store completed without {Safe(store.Vocabulary.Defect.Noun)}.");
            return;
        }

        var differing = HealthyNeighbour.Differing(trial, neighbour, varying).ToList();
        Rows(to, ["", ids.Shorten(trial.Id), ids.Shorten(neighbour.Id)],
        [
            .. differing.Select(name => new[] { name, Value(trial, name), Value(neighbour, name) }),
            .. trial.Seed == neighbour.Seed ? Array.Empty<string[]>() : [["seed", $"{trial.Seed}", $"{neighbour.Seed}"]],
            .. FinalMetrics.Names(store).Zip(FinalMetrics.Of(store, trial), FinalMetrics.Of(store, neighbour))
                .Where(m => Headline(store, m.First)).Select(m => new[] { m.First, Number(m.Second), Number(m.Third) }),
        ]);
        if (differing.Count == 0) Line(to, $"  Nothing but the seed differs.");
    }

    private static void Settings(TextWriter to, IStoreReader store, RecordedTrial trial, IReadOnlyList<string> varying)
    {
        Title(to, "Settings (* varies in the sweep)");
        Rows(to, ["parameter", "value", "default"],
        [
            .. store.Parameters.Where(p => trial.Settings.ContainsKey(p.Name)).Select(p => new[]
            {
                $"{p.Name}{(varying.Contains(p.Name) ? " *" : "")}", Value(trial, p.Name), trial.Settings[p.Name].Text == p.Default ? ""
                    : Safe(p.Default ?? "none"),
            }),
        ]);
        if (trial.Settings.TryGetValue(Evaluation.Key, out var evaluated)) Line(to, $"  Evaluated with these too: {Safe(evaluated.Text)}");
    }

    private static void Seeds(TextWriter to, IStoreReader store, RecordedTrial trial, List<RecordedTrial> trials, ShortIds ids)
    {
        var others = trials.Where(t => t.Point == trial.Point).ToList();
        if (others.Count < 2) return;

        Title(to, "The seeds of its point");
        var names = FinalMetrics.Names(store);
        var shown = names.Index().Where(n => Headline(store, n.Item)).ToList();
        foreach (var few in others.Chunk(SeedsAcross))
        {
            var values = few.Select(t => FinalMetrics.Of(store, t).ToList()).ToList();
            if (few[0] != others[0]) to.WriteLine();
            Rows(to, ["trial", .. few.Select(t => ids.Shorten(t.Id) + (t.Id == trial.Id ? " *" : ""))],
            [
                ["seed", .. few.Select(t => $"{t.Seed}")],
                ["state", .. few.Select(t => TrialStates.Text(t.State))],
                .. shown.Select(n => (string[])[n.Item, .. values.Select(v => Number(v[n.Index]))]),
            ]);
        }
    }

    private static void Metrics(TextWriter to, IStoreReader store, RecordedTrial trial)
    {
        if (trial.Panels.All(p => p is null)) return;

        Title(to, "Metrics of the last evaluation");
        var places = store.Metrics.Select(metrics => metrics.Index().ToDictionary(m => m.Item.Name, m => m.Index, StringComparer.Ordinal)).ToList();
        var metrics = store.Vocabulary.Metrics.Where(m => places.Any(p => p.ContainsKey(m.Name)));
        Rows(to, ["metric", .. store.Spaces.Select(s => Safe(s.Name)), "meaning"], metrics.Select(m => (string[])
        [
            Safe(m.Name), .. trial.Panels.Zip(places, (panel, place) => place.TryGetValue(m.Name, out var at) ? Number(panel?.Values[at]) : ""), Safe(m.Doc),
        ]));
    }

    private static void Curve(TextWriter to, IStoreReader store, RecordedTrial trial)
    {
        var rows = store.Losses(trial.Id);
        if (rows.Count == 0) return;

        var shown = rows.Count <= MostRows ? rows : [.. Enumerable.Range(0, MostRows).Select(i => rows[i * (rows.Count - 1) / (MostRows - 1)])];
        Title(to, rows.Count > MostRows ? $"Loss terms, {MostRows} of {rows.Count} rows" : "Loss terms");
        Rows(to, ["epoch", "step", .. store.Vocabulary.Terms.Select(t => Safe(t.Name))], shown.Select(r => (string[])
            [$"{r.Epoch}", $"{r.Step}", .. r.Terms.Select(Number)]));
    }

    private static void Vectors(TextWriter to, IStoreReader store, RecordedTrial trial)
    {
        foreach (var kept in store.Vectors().Where(v => v.Trial == trial.Id))
        {
            to.WriteLine();
            Line(to, $"The store keeps the {kept.Space} of {store.Sample(kept.Number).Rows} held-out images in {kept.Dimension} dimensions (step {kept.Step}).");
        }
    }

    /// <summary>Whether a value is shown where few are: the terms, and the headlines of each space but those that say the same in another way.</summary>
    private static bool Headline(IStoreReader store, string metric) =>
        metric.StartsWith($"{Vocabulary.Loss}/", StringComparison.Ordinal)
        || store.Spaces.Any(space => Headlines.Of(store.Vocabulary, space).DistinctBy(m => m.Unit).Any(m => metric == $"{space.Name}/{m.Name}"));

    private static string Value(RecordedTrial trial, string name) => Safe(trial.Settings.GetValueOrDefault(name)?.Text ?? "absent");

    private static string Number(double? value) => value is { } number ? Shown.Number(number) : "–";

    private static string Safe(string text) => Visible.Line(text);

    private static void Title(TextWriter to, string title)
    {
        to.WriteLine();
        to.WriteLine(title);
    }

    private static void Rows(TextWriter to, IReadOnlyList<string> header, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend([.. header]).ToList();
        var widths = header.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        foreach (var row in all)
        {
            to.WriteLine($"  {string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column])))}".TrimEnd());
        }
    }

    private static void Line(TextWriter to, FormattableString line) => to.WriteLine(Visible.Of(line));
}
