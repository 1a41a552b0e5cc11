using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Figures;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Live;

/// <summary>
/// The page of a report over a store that may be written to meanwhile. Each look at the store is at a snapshot that is let go at once, so
/// no writer waits; and there is none unless somebody asks, nor more often than costs a quarter of a core.
/// </summary>
/// <param name="address">The store's.</param>
/// <param name="open">Opens a snapshot.</param>
/// <param name="queue">Of the cluster that the sweep was submitted to; null for none.</param>
public sealed class LivePage(string address, ReportOptions options, Func<IStoreReader> open, TimeProvider time, ClusterQueue? queue = null)
{
    private const string Head = "head";

    /// <summary>How long a look is good for.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);

    /// <summary>How long a look is good for while nothing is written: a lease may run out.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(5);

    /// <summary>How long a figure is good for: it is drawn for every browser that shows it, and says no more than the numbers, which are newer.</summary>
    private static readonly TimeSpan Drawn = TimeSpan.FromSeconds(10);

    /// <summary>A look that took a second is good for three.</summary>
    private const int Rests = 3;

    private readonly Lock looking = new();
    private readonly SweepNow now = new(time, queue);
    private readonly ConcurrentDictionary<string, Figure> figures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<(string Version, string Markup)>> later = new(StringComparer.Ordinal);
    private LiveView view = new(0, "", "", []);
    private string? trouble;
    private string version = "";
    private long? versionAt;
    private (string Key, IReadOnlyList<string> Names)? varying;
    private string? stamp;
    private (long At, TimeSpan Cost)? looked;

    /// <summary>Makes the page once, so that what is wrong with the store or the options is said before anybody looks.</summary>
    /// <exception cref="SweepException">The store cannot be read, or the options name what it does not have.</exception>
    public void Try() => Look();

    /// <summary>The whole page for a browser that has none.</summary>
    internal string Whole()
    {
        LookIfDue();
        var page = new HtmlWriter()
            .Markup(Report.Beginning)
            .Element("title", view.Title)
            .Markup("<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"report.css\">\n<link rel=\"stylesheet\" href=\"live.css\">\n")
            .Markup("</head>\n<body>\n")
            .Markup($"<div id=\"live\" data-number=\"{view.Number.ToString(CultureInfo.InvariantCulture)}\" data-at=\"{view.At}\"></div>\n")
            .Markup("<noscript><p>Without scripts this page shows the store as it is now; load it again to see it later.</p></noscript>\n")
            .Markup($"<div id=\"{Head}\">{view.Content(Head)}</div>\n<main>\n");
        foreach (var part in view.Parts.Where(p => !p.IsList && p.Name != Head)) page.Markup(part.Content);
        page.Markup("</main>\n");
        foreach (var part in view.Parts.Where(p => p.IsList)) page.Markup($"<script type=\"application/json\" id=\"{part.Name}\">{part.Content}</script>\n");
        return page.Markup("<script src=\"report.js\"></script>\n<script src=\"live.js\"></script>\n</body>\n</html>\n").ToString();
    }

    /// <summary>What is new to a browser, see <see cref="LiveView.Since"/>.</summary>
    internal byte[] Since(long after, string? ended)
    {
        if (ended is null) LookIfDue();
        return view.Since(after <= view.Number ? after : -1, trouble, ended);
    }

    /// <summary>A figure that the page shows; null where it shows none of that name.</summary>
    internal Figure? FigureOf(string name) => figures.GetValueOrDefault(name);

    /// <summary>The markup of what takes long to work out; null where the page has no such part.</summary>
    internal string? Later(string name)
    {
        if (view.Parts.All(p => p.Name != name)) return null;

        var wanted = version;
        var part = later.AddOrUpdate(
            name,
            _ => Working(name, wanted),
            (_, known) => known.IsValueCreated && known.Value.Version != wanted ? Working(name, wanted) : known);
        try
        {
            return part.Value.Markup is { Length: > 0 } markup ? markup : null;
        }
        catch
        {
            later.TryRemove(KeyValuePair.Create(name, part));
            throw;
        }
    }

    private Lazy<(string Version, string Markup)> Working(string name, string at) => new(() =>
    {
        using var reader = open();
        var data = ReportData.Of(reader, options);
        var page = new HtmlWriter();
        ReportParts.WriteLater(name, page, data, Findings.Of(data, options.Baseline), new LiveAlbum(at, figures), options);
        return (at, page.ToString());
    });

    /// <summary>Looks at the store if it may have changed. Others who ask meanwhile get what there is.</summary>
    private void LookIfDue()
    {
        if (view.Number == 0) looking.Enter();
        else if (!looking.TryEnter()) return;

        try
        {
            if (view.Number > 0 && !IsDue()) return;

            Look();
        }
        catch (SweepException error)
        {
            if (view.Number == 0) throw;

            trouble = error.Message;
            looked = (time.GetTimestamp(), TimeSpan.Zero);
        }
        finally
        {
            looking.Exit();
        }
    }

    private bool IsDue()
    {
        if (looked is not var (at, cost)) return true;

        var since = time.GetElapsedTime(at);
        return since >= Fresh && since >= Rests * cost && (since >= Still || stamp is null || trouble is not null || stamp != StampOf(address));
    }

    private void Look()
    {
        var start = time.GetTimestamp();
        var seen = StampOf(address);
        using var reader = open();
        var status = reader.Status();
        var data = ReportData.Of(reader, options, Varying(reader, status));
        if (versionAt is not { } since || time.GetElapsedTime(since) >= Drawn) SetVersion(data.Status, data.Trials.Count);
        var parts = ReportParts.Of(data, Findings.Of(data, options.Baseline), new LiveAlbum(version, figures), options, (NowSection.Id, NowSection.Title));
        var section = new HtmlWriter();
        section.Section(NowSection.Id, NowSection.Title, () => NowSection.Write(section, status, now.Rows(status, StandingOf(data))));

        view = view.Next(
            string.Create(CultureInfo.InvariantCulture, $"{status.Finished} of {status.Total} – {parts.Name}"),
            time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture),
            [
                (Head, parts.Head), (NowSection.Id, section.ToString()), .. parts.Sections.All, (LiveView.List, parts.List), (LiveView.Course, parts.Course),
            ]);
        (trouble, stamp) = (null, seen);
        looked = (time.GetTimestamp(), time.GetElapsedTime(start));
    }

    /// <summary>What trials differ in. They are read for it once, and again when there are others: settings never change.</summary>
    private IReadOnlyList<string> Varying(IStoreReader reader, StoreStatus status)
    {
        var key = string.Join('\0', reader.Sweeps().SelectMany(s => new[] { s.Name, s.FileText }).Append(status.Total.ToString(CultureInfo.InvariantCulture)));
        if (varying?.Key != key) varying = (key, VaryingParameters.Of(reader, ReportData.WithoutStages(reader, SweepChoice.Of(reader, options.Sweep, isOneNeeded: true))));
        return varying.Value.Names;
    }

    /// <summary>As the store would say it, from what has been read of it already.</summary>
    private static StoreStanding StandingOf(ReportData data)
    {
        var judged = data.Trials.Where(t => t.Counts).ToList();
        var scored = judged.Where(t => t.Score is not null);
        var best = data.Objective.Maximize ? scored.MaxBy(t => t.Score) : scored.MinBy(t => t.Score);
        var verdicts = data.Spaces.SelectMany(space => judged.Select(t => t.Verdict(space)).OfType<SpaceVerdict>().GroupBy(v => v.Name)
            .Select(g => KeyValuePair.Create((space.Name, g.Key), g.Count())));
        return new StoreStanding(data.Words, data.Objective.Name, best is null ? null : new StandingTrial(best.Id, best.Score!.Value), verdicts.ToDictionary());
    }

    /// <summary>Figures show trials that have ended, and so change with their number.</summary>
    private void SetVersion(StateCounts states, int trials)
    {
        var fresh = string.Create(CultureInfo.InvariantCulture, $"v={states.Completed}-{states.Stopped}-{states.Failed}-{trials}");
        if (fresh != version) (version, versionAt) = (fresh, time.GetTimestamp());
    }

    /// <summary>Changes whenever a store in files is written to; null where that cannot be told.</summary>
    private static string? StampOf(string address)
    {
        var stamp = new StringBuilder();
        foreach (var file in new[] { address, $"{address}-wal" }.Select(path => new FileInfo(path)).Where(f => f.Exists))
            stamp.Append(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks}:{file.Length};");
        return stamp.Length > 0 ? stamp.ToString() : null;
    }
}
