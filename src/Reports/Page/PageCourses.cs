using System.Buffers;
using System.Text;
using System.Text.Json;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Projections;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Page;

/// <summary>What the page's script draws of single trials, as JSON: their courses, spectra, pictures and what decided their verdicts.</summary>
internal static class PageCourses
{
    /// <summary>In bytes. Trials beyond it are left out, the last chosen first; the page says so where one of them is opened.</summary>
    private const int Most = 4_000_000;

    private const int MostPictures = 60;
    private const int MostRows = 300;
    private const int LongestText = 300;
    private const int MostFixed = 200;

    public static string Of(ReportData data, Courses courses)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // The default encoder writes <, > and & as escapes, so nothing in it can end the script element.
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            PageData.Strings(json, "terms", data.Words.Terms.Select(t => t.Name));
            PageData.Numbers(json, "totals", data.Words.Terms.Index().Where(t => t.Item.IsTotal).Select(t => (double?)t.Index));
            json.WriteString("label", data.LabelHeader);
            PageData.Strings(json, "spaces", data.Spaces.Select(s => s.Name));
            json.WriteStartArray("metrics");
            foreach (var (space, metric) in courses.Metrics)
            {
                json.WriteStartObject();
                json.WriteNumber("space", data.Spaces.ToList().IndexOf(space));
                json.WriteString("name", $"{space.Name}/{metric.Name}");
                json.WriteString("doc", Shown.Cut(metric.Doc, LongestText));
                json.WriteBoolean("share", metric.Unit == Metric.Share);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Fixed(json, data);
            json.WriteStartArray("points");
            foreach (var point in courses.Points)
            {
                json.WriteStartObject();
                json.WriteString("name", Shown.Cut(point.Name, LongestText));
                json.WriteNumber("standing", (int)point.Standing);
                PageData.Strings(json, "trials", point.Point.Trials.Where(t => courses.Trials.ContainsKey(t.Id)).Select(t => t.Id));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Trials(json, data, courses);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Names and values of the parameters that all trials share.</summary>
    private static void Fixed(Utf8JsonWriter json, ReportData data)
    {
        var varying = data.Axes.SelectMany(a => a.Parameters).ToHashSet(StringComparer.Ordinal);
        json.WriteStartArray("fixed");
        foreach (var parameter in data.Store.Parameters.Where(p => !varying.Contains(p.Name)).Take(MostFixed))
        {
            if (data.FirstSettings.GetValueOrDefault(parameter.Name) is not { } value) continue;

            json.WriteStartArray();
            json.WriteStringValue(Shown.Cut(parameter.Name, LongestText));
            json.WriteStringValue(Shown.Cut(value.Number is { } number ? Shown.Exact(number) : value.Text, LongestText));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void Trials(Utf8JsonWriter json, ReportData data, Courses courses)
    {
        var pictures = Pictures(data, courses);
        var factors = data.Trials.Where(t => courses.Trials.ContainsKey(t.Id)).ToDictionary(t => t.Id, t => t.Factors, StringComparer.Ordinal);
        json.WriteStartObject("trials");
        foreach (var (id, course) in courses.Trials)
        {
            if (json.BytesCommitted + json.BytesPending > Most) break;

            json.WriteStartObject(id);
            Losses(json, data, course);
            if (factors[id] is { } known) PageData.Numbers(json, "factors", known);
            Panels(json, data, courses, course);
            if (pictures.TryGetValue(id, out var picture)) Picture(json, picture);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Losses(Utf8JsonWriter json, ReportData data, TrialCourse course)
    {
        json.WriteStartArray("losses");
        foreach (var (term, _) in data.Words.Terms.Index())
        {
            var curve = course.Losses.Curve(term);
            json.WriteStartArray();
            PageData.Numbers(json, null, curve.Select(c => (double?)c.Step));
            PageData.Numbers(json, null, curve.Select(c => (double?)c.Mean));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void Panels(Utf8JsonWriter json, ReportData data, Courses courses, TrialCourse course)
    {
        json.WriteStartArray("metrics");
        foreach (var (space, metric) in courses.Metrics)
        {
            var rows = course.Panels.Where(p => p.Space == space.Name).ToList();
            var kept = Shortlist.Of(rows.Count, ThinnedSteps.Most / 4).Select(i => rows[i]).ToList();
            json.WriteStartArray();
            PageData.Numbers(json, null, kept.Select(p => (double?)p.Epoch));
            PageData.Numbers(json, null, kept.Select(p => p.Metrics.FirstOrDefault(m => m.Key == metric.Name).Value));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("spectra");
        foreach (var space in data.Spaces)
        {
            var values = course.Spectrum(space.Name);
            var kept = Shortlist.Of(values.Count, ThinnedSteps.Most / 4);
            json.WriteStartArray();
            PageData.Numbers(json, null, kept.Select(i => (double?)(i + 1)));
            PageData.Numbers(json, null, kept.Select(i => (double?)values[i]));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        PageData.Strings(json, "evidence", data.Spaces.Select(space =>
            Shown.Cut(course.Panels.LastOrDefault(p => p.Space == space.Name)?.Evidence ?? "", LongestText)));
    }

    /// <summary>The kept vectors in two dimensions: their own, else the first two principal components.</summary>
    private static Dictionary<string, (string What, double[] X, double[] Y, IReadOnlyList<int> Labels)> Pictures(ReportData data, Courses courses)
    {
        var pictures = new Dictionary<string, (string, double[], double[], IReadOnlyList<int>)>(StringComparer.Ordinal);
        if (data.PicturedSpace is not { } space) return pictures;

        foreach (var kept in data.Store.Vectors().Where(v => v.Space == space.Name && courses.Trials.ContainsKey(v.Trial)))
        {
            if (pictures.Count == MostPictures) break;

            var sample = data.Store.Sample(kept.Number);
            if (sample.Rows < 2 || !sample.Values.All(float.IsFinite)) continue;

            var rows = Math.Min(MostRows, sample.Rows);
            if (sample.Dimension <= 2)
            {
                pictures[kept.Trial] = ($"{space.Name}, the two dimensions themselves", Column(sample, 0, rows), Column(sample, 1, rows), sample.Labels);
                continue;
            }

            var pca = Pca.Of(sample);
            pictures[kept.Trial] = (
                $"{space.Name}, the first two principal components, which hold {Shown.Percent(pca.Shares.First)} "
                + $"and {Shown.Percent(pca.Shares.Second)} of its variance",
                pca.X[..rows],
                pca.Y[..rows],
                sample.Labels);
        }

        return pictures;
    }

    private static void Picture(Utf8JsonWriter json, (string What, double[] X, double[] Y, IReadOnlyList<int> Labels) picture)
    {
        json.WriteStartObject("picture");
        json.WriteString("what", picture.What);
        PageData.Numbers(json, "x", picture.X.Select(x => (double?)x));
        PageData.Numbers(json, "y", picture.Y.Select(y => (double?)y));
        PageData.Numbers(json, "label", picture.Labels.Take(picture.X.Length).Select(l => (double?)l));
        json.WriteEndObject();
    }

    private static double[] Column(VectorSample sample, int dimension, int rows) =>
        [.. Enumerable.Range(0, rows).Select(row => dimension < sample.Dimension ? sample.Values[(row * sample.Dimension) + dimension] : 0.0)];
}
