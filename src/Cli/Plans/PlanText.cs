using System.Globalization;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Searching;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Costs;
using VicRegSweeps.Trials.Metrics;
using static System.FormattableString;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Plans;

/// <summary>A plan for people.</summary>
/// <param name="output">Where its lines go.</param>
internal sealed class PlanText(TextWriter output)
{
    /// <summary>.NET and libtorch, beside stacks and bank: what quickstart's 12 trials held beyond these, measured on two cores.</summary>
    public const long ProgramBytes = 300L << 20;

    /// <summary>The backbone and its activations, while a bank is built: what quickstart held more then, measured on two cores.</summary>
    public const long BuildingBytes = 300L << 20;

    private const int MostValues = 16;
    private const int MostBlocks = 20;
    private const int MostStacks = 8;

    public void Write(SweepPlan plan, SweepEstimate estimate, InputCheck inputs)
    {
        Line($"{plan.File.Name}{(plan.File.Question is { } question ? $": {question}" : "")}");
        if (plan.File.Base is { } basis)
            Line($"from {basis.Path}: {(basis.Gives.Count == 0 ? "nothing, since this file says all of it itself" : string.Join(", ", basis.Gives))}");
        Axes(plan);
        Points(plan);
        Stacks(plan, estimate);
        if (HalvingOutlook.Of(plan, estimate.Stacks.Stacks) is { } halving)
            Line($"{halving}");
        Memory(estimate);
        Time(plan, estimate);
        Inputs(inputs);
    }

    private void Inputs(InputCheck inputs)
    {
        if (inputs.Unlabelled.Count > 0)
            Line($"labels  the samples of {string.Join(" and ", inputs.Unlabelled)} have none, so {string.Join(", ", PanelMetrics.OfLabels)} stay empty");
        foreach (var sentence in inputs.Missing)
            Line($"missing {sentence}");
    }

    private void Axes(SweepPlan plan)
    {
        var width = plan.Blocks.SelectMany(b => b.Block.Axes).SelectMany(a => a.Columns).Select(c => c.Parameter.Name.Length).Append("seeds".Length).Max();
        foreach (var outline in plan.Blocks.Take(MostBlocks))
        {
            Line($"");
            if (plan.Blocks.Count > 1 || outline.Block.Name.Length > 0)
                Line($"{(outline.Block.Name.Length > 0 ? $"block {outline.Block.Name}" : "above the blocks")}: {Sum(outline)}");
            foreach (var axis in outline.Block.Axes)
            {
                foreach (var (i, column) in axis.Columns.Index())
                {
                    var zipped = axis.Columns.Count == 1 ? " " : i == 0 ? "┌" : i == axis.Columns.Count - 1 ? "└" : "│";
                    Line($" {zipped} {column.Parameter.Name.PadRight(width)}  {Values(column)}");
                }
            }
        }

        if (plan.Blocks.Count > MostBlocks)
            Line($"… and {plan.Blocks.Count - MostBlocks} more blocks");
        if (plan.Blocks.Count > 1)
            Line($"");
        Line($"   {"seeds".PadRight(width)}  {Values(plan.File.Seeds)}");
    }

    private static string Sum(BlockOutline outline)
    {
        var less = (outline.Excluded > 0 ? Invariant($", {outline.Excluded:#,0} excluded") : "")
            + (outline.Merged > 0 ? Invariant($", {outline.Merged:#,0} equal to others") : "");
        var left = outline.Size - outline.Excluded - outline.Merged;
        var drawn = outline.Points < left ? Invariant($", {outline.Points:#,0} of them drawn") : "";
        return Counted(outline.Size, "point") + less + (less.Length > 0 ? Invariant($": {left:#,0}") : "") + drawn;
    }

    private void Points(SweepPlan plan)
    {
        Line($"");
        foreach (var (exclusion, count) in plan.Exclusions)
            Line($"{Counted(count, "point")} excluded by line {exclusion.At.Line}: {exclusion.Rule.ReplaceLineEndings(" ")}");
        if (plan.Merged > 0)
            Line($"{Counted(plan.Merged, "point")} equal to others, once parameters that do nothing are dropped");
        if (plan.File.Sample is { } sample)
        {
            Line(plan.Points < plan.Population
                ? (FormattableString)$"{plan.Points:#,0} of {Counted(plan.Population, "point")} drawn, with seed {sample.Seed}"
                : $"all {Counted(plan.Population, "point")} are run: the sample of {sample.Count:#,0} is as large");
        }

        if (plan.File.Search is { } search)
            Line($"{Counted(plan.Points, "point")} taken evenly from the axes, with seed {search.Seed} ({search.Method.ToString().ToLowerInvariant()})");
        Line($"{Counted(plan.Points, "point")} × {Counted(plan.File.Seeds.Count, "seed")} = {Counted(plan.TrialCount, "trial")}");
        if (plan.File.Search is { Learns: true } learning) Generations(plan, learning);
        if (Further(plan) is { Count: > 0 } further)
            Line($"  each evaluated with {And(further, "and")}: more metrics, no more trials");
        if (plan.Stages.Count > 0) Line($"{Counted(plan.Stages.Count, "more trial")} that they are built on, trained first and once: stages");
    }

    /// <summary>How many further metrics of each metric a space gets, in words.</summary>
    private static List<string> Further(SweepPlan plan) =>
    [
        .. from metric in TrialCatalogue.Parameters.Vocabulary.Metrics
           let further = plan.File.Evaluation.Of(metric, TrialCatalogue.Parameters).Count()
           where further > 0
           select Invariant($"{further} further {metric.Name}"),
    ];

    private void Generations(SweepPlan plan, Search search)
    {
        var all = search.Generations * search.Count;
        var goal = search.Goal == Better.Less ? "least" : "most";
        Line($"  in the first of {search.Generations} generations; {search.Generations} × {search.Count:#,0} × {Counted(plan.File.Seeds.Count, "seed")} = {Counted(all * plan.File.Seeds.Count, "trial")} in all");
        Line($"  the points of the others are not known yet: each is chosen for the {goal} {search.Metric}, by the results of those before");
    }

    private void Stacks(SweepPlan plan, SweepEstimate estimate)
    {
        var stacks = estimate.Stacks.Stacks;
        var sizes = string.Join(", ", stacks.Take(MostStacks).Select(s => Invariant($"{s.Trials}"))) + (stacks.Count > MostStacks ? ", …" : "");
        Line($"");
        Line($"{Counted(stacks.Count, "stack")} of {sizes} {(stacks is [{ Trials: 1 }] ? "trial" : "trials")}");
        if (stacks.Count == 1)
            return;

        if (estimate.Stacks.Shapes.Count > 1)
            Line($"  not one, because trials that differ in {And(estimate.SplitBy)} have tensors of other shapes or another schedule:");
        var perShape = stacks.GroupBy(s => s.Shape).Take(SweepEstimate.MostDescribed).ToList();
        if (estimate.Stacks.Shapes.Count > 1)
        {
            foreach (var shape in perShape)
                Line($"    {Counted(shape.Sum(s => (long)s.Trials), "trial")} in {Counted(shape.Count(), "stack")}: {estimate.Descriptions[shape.Key]}");
            if (estimate.Stacks.Shapes.Count > perShape.Count)
                Line($"    … and {Counted(estimate.Stacks.Shapes.Count - perShape.Count, "more shape")}");
        }

        if (stacks.Count > estimate.Stacks.Shapes.Count)
        {
            var widest = stacks.Max(s => s.Trials);
            var (link, by) = (estimate.Stacks.Shapes.Count > 1 ? "and" : "not one,", plan.File.StackWidth is null ? "" : " (run.stack)");
            Line($"  {link} because no more than {widest} trials are trained together{by}");
        }
    }

    private void Memory(SweepEstimate estimate)
    {
        var all = estimate.StackBytes + estimate.BankBytes + ProgramBytes;
        var missing = estimate.Banks.Where(b => !b.IsThere).ToList();
        Line($"");
        var isFeatures = estimate.Banks.All(b => b.Cost.Passes == 0);
        var (stack, bank, program) = (Quantity.OfBytes(estimate.StackBytes), Quantity.OfBytes(estimate.BankBytes), Quantity.OfBytes(ProgramBytes));
        var building = missing.Count > 0 ? $"; {Quantity.OfBytes(BuildingBytes)} more while a feature bank is built" : "";
        Line($"memory  about {Quantity.OfBytes(all)}: {stack} for the largest stack, {bank} for the {(isFeatures ? "features" : "feature bank")}, {program} for the program{building}");
        if (isFeatures)
        {
            Line($"disk    nothing but the store: the features stay in their own file");
            return;
        }

        var state = missing.Count == 0 ? "in the cache"
            : missing.Count < estimate.Banks.Count ? $"{estimate.Banks.Count - missing.Count} of them in the cache"
            : "not known to be in the cache";
        var banks = estimate.Banks.Count == 1 ? "the feature bank" : Counted(estimate.Banks.Count, "feature bank");
        var images = Counted(estimate.Banks.Sum(b => b.Cost.Passes), "image");
        Line($"disk    {Quantity.OfBytes(estimate.Banks.Sum(b => b.Cost.Bytes))} for {banks} of {images} ({state})");
    }

    private void Time(SweepPlan plan, SweepEstimate estimate)
    {
        if (estimate.Unfinished == 0)
        {
            Line($"time    none: all trials are finished");
            return;
        }

        if (plan.File.Search is { Learns: true } search)
            Line($"        stacks, memory, disk and time are those of the first generation; {search.Generations - 1} more as large {(search.Generations == 2 ? "follows" : "follow")}");
        var rest = estimate.Unfinished < plan.TrialCount + plan.Stages.Count ? Invariant($" of the {estimate.Unfinished:#,0} that are not finished") : "";
        if (estimate.Training is not { } training)
        {
            Line($"time    not known yet on this machine; every run remembers, and this measures it in 15 seconds:");
            Line($"        {CommandName.Line("plan", plan.File.Path, "--calibrate")}");
            return;
        }

        if (estimate.Building is not { } building)
        {
            Line($"time    about {Quantity.Of(training)} for training{rest} (from {estimate.TrainingSource}); the feature bank's is not known yet.");
            Line($"        To measure it: {CommandName.Line("plan", plan.File.Path, "--calibrate")}");
            return;
        }

        var isOneSource = building == TimeSpan.Zero || estimate.BuildingSource == estimate.TrainingSource;
        var source = isOneSource ? estimate.TrainingSource : $"{estimate.TrainingSource}, and {estimate.BuildingSource}";
        var parts = $"for training{rest}";
        if (building > TimeSpan.Zero) parts = $"{Quantity.Of(building)} for the feature bank and {Quantity.Of(training)} {parts}";
        Line($"time    about {Quantity.Of(training + building)}{(building == TimeSpan.Zero ? " " : ": ")}{parts}, with one worker (from {source})");
    }

    private static string Values(AxisColumn column) =>
        column.Origin ?? Values(column.Values);

    private static string Values<T>(IReadOnlyList<T> values)
    {
        var texts = values.Count <= MostValues ? values.Select(Text) : [.. values.Take(MostValues / 2).Select(Text), "…", .. values.TakeLast(2).Select(Text)];
        return string.Join(", ", texts) + (values.Count > MostValues ? Invariant($" ({values.Count:#,0} values)") : "");

        static string Text(T value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    private static string And(IReadOnlyList<string> names, string last = "or") =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} {last} {names[^1]}";

    private void Line(FormattableString line) => output.WriteLine(Visible.Of(line).TrimEnd());
}
