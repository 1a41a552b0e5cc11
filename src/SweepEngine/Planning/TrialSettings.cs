using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>A value for every parameter that is active in one trial; the seed is kept apart.</summary>
public sealed class TrialSettings
{
    /// <summary>How many hex digits the ids of older versions have. Stores of theirs keep these ids.</summary>
    public const int ShortIdDigits = 12;

    private const int IdBytes = 8;

    /// <summary>About what a trial's settings take.</summary>
    private const int JsonBytes = 2048;

    private readonly ParameterValue?[] values;
    private string? pointId;

    /// <param name="catalogue">What the values belong to.</param>
    /// <param name="values">One for each parameter of the catalogue, in its order; null where it is absent or inactive.</param>
    public TrialSettings(ParameterCatalogue catalogue, IEnumerable<ParameterValue?> values)
        : this(catalogue, [.. values])
    {
        if (this.values.Length != catalogue.Parameters.Count)
        {
            throw new ArgumentException($"{this.values.Length} values for {catalogue.Parameters.Count} parameters.");
        }
    }

    /// <summary>Takes the array over.</summary>
    private TrialSettings(ParameterCatalogue catalogue, ParameterValue?[] values) => (Catalogue, this.values) = (catalogue, values);

    public ParameterCatalogue Catalogue { get; }

    /// <summary>With what the trial is evaluated besides its own values. It is no part of the trial's identity.</summary>
    public Evaluation Evaluation { get; private init; } = Evaluation.None;

    /// <summary>The value of a parameter; null where it is absent or inactive.</summary>
    public ParameterValue? this[string name] => values[Catalogue.IndexOf(name)];

    /// <param name="index">A position in the catalogue.</param>
    internal ParameterValue? this[int index] => values[index];

    public double Real(string name) => Required(name).Number!.Value;

    public int Integer(string name) => checked((int)Required(name).Number!.Value);

    public string Text(string name) => Required(name).Text;

    public bool Truth(string name) => Required(name).Truth!.Value;

    /// <summary>The defaults of a catalogue with some values replaced, inactive parameters dropped.</summary>
    public static TrialSettings From(ParameterCatalogue catalogue, params IEnumerable<(string Name, ParameterValue Value)> named)
    {
        var values = catalogue.Parameters.Select(p => p.Default).ToArray();
        foreach (var (name, value) in named)
        {
            values[catalogue.IndexOf(name)] = value;
        }

        return Taking(catalogue, values);
    }

    /// <summary>Settings of values that the caller gives away, inactive parameters dropped: quick, since plans make millions.</summary>
    internal static TrialSettings Taking(ParameterCatalogue catalogue, ParameterValue?[] values)
    {
        var settings = new TrialSettings(catalogue, values);

        // What is inactive is decided by all values, before any is dropped.
        var conditional = catalogue.Conditional;
        Span<bool> inactive = stackalloc bool[conditional.Count];
        for (var i = 0; i < inactive.Length; i++)
            inactive[i] = !catalogue.Parameters[conditional[i]].ActiveWhen!(settings);
        for (var i = 0; i < inactive.Length; i++)
        {
            if (inactive[i])
                values[conditional[i]] = null;
        }

        return settings;
    }

    /// <summary>The same settings with other values of some parameters, none of which decides whether another does anything.</summary>
    internal TrialSettings With(IEnumerable<(int Parameter, ParameterValue Value)> others)
    {
        var copy = (ParameterValue?[])values.Clone();
        foreach (var (parameter, value) in others) copy[parameter] = value;
        return new TrialSettings(Catalogue, copy) { Evaluation = Evaluation };
    }

    /// <summary>The same settings, evaluated with further values.</summary>
    public TrialSettings EvaluatedWith(Evaluation evaluation) => evaluation.Equals(Evaluation) ? this : new(Catalogue, values) { Evaluation = evaluation };

    /// <summary>The same settings without the parameters that do nothing under the others.</summary>
    public TrialSettings WithoutInactive() => Taking(Catalogue, [.. values]).EvaluatedWith(Evaluation);

    /// <summary>The same settings without the contents of what lies at their paths, as versions had them that did not ask for it.</summary>
    internal TrialSettings WithoutContents() =>
        new(Catalogue, [.. values.Select(value => value?.Content is null ? value : value with { Content = null })]) { Evaluation = Evaluation };

    /// <summary>The values of which it is known what lies at their path.</summary>
    public IEnumerable<(string Parameter, ParameterValue Value)> Contents() =>
        Catalogue.ByContent.Where(i => values[i]?.Content is not null).Select(i => (Catalogue.Parameters[i].Name, values[i]!));

    /// <summary>The same settings with other paths, where they lead to the same content.</summary>
    /// <param name="now">Whose paths hold.</param>
    internal TrialSettings Moved(TrialSettings now) =>
        new(Catalogue, [.. values.Select((value, i) => value?.Content is { } content && now[i]?.Content == content ? now[i] : value)])
        {
            Evaluation = Evaluation,
        };

    /// <summary>The settings as a JSON object, parameters in ordinal order of their names.</summary>
    /// <param name="seed">Included as <c>seed</c> unless null.</param>
    /// <param name="incidental">Whether parameters that are no part of the identity are included.</param>
    public string ToJson(long? seed = null, bool incidental = true) => Encoding.UTF8.GetString(ToUtf8Json(seed, incidental).WrittenSpan);

    /// <summary>
    /// Reads what <see cref="ToJson"/> wrote, also before there were all of the parameters. Names that the catalogue does not have, and values
    /// that it does not allow, are an error.
    /// </summary>
    public static TrialSettings FromJson(ParameterCatalogue catalogue, string json)
    {
        using var document = JsonDocument.Parse(json);
        return Recorded(catalogue, SettingsText.Values(document).Where(m => m.Name != "seed"));
    }

    /// <summary>
    /// The settings of a trial as a store has them. A parameter that came later has the value that trials had before it, see
    /// <see cref="Parameter.Birth"/>.
    /// </summary>
    /// <exception cref="SweepException">The catalogue does not have a name, or does not allow a value.</exception>
    public static TrialSettings Recorded(ParameterCatalogue catalogue, IEnumerable<(string Name, ParameterValue Value)> named)
    {
        var (values, evaluation) = (new ParameterValue?[catalogue.Parameters.Count], Evaluation.None);
        foreach (var (name, value) in named)
        {
            if (name == Evaluation.Key)
            {
                evaluation = Evaluation.Parse(value.Text, catalogue);
                continue;
            }

            if (!catalogue.TryGet(name, out var parameter))
                throw new SweepException($"the store names the parameter '{name}', which this version does not have.");
            if (Allowed.BrokenRule(parameter, value) is { } rule)
                throw new SweepException($"the store has {Wording.Quoted(value.Text)} for '{name}', which must be {rule}.");

            values[catalogue.IndexOf(name)] = value;
        }

        for (var i = 0; i < values.Length; i++) values[i] ??= catalogue.Parameters[i].Birth;
        return Taking(catalogue, values).EvaluatedWith(evaluation);
    }

    /// <summary>The identity of the point, whatever the seed.</summary>
    public string PointId => pointId ??= Id(null);

    /// <summary>The first 16 hex digits of the SHA-256 of the canonical settings.</summary>
    /// <param name="seed">The trial's seed; null for the identity of the point, whatever the seed.</param>
    public string Id(long? seed) =>
        Convert.ToHexStringLower(SHA256.HashData(ToUtf8Json(seed, incidental: false).WrittenSpan).AsSpan(0, IdBytes));

    private ArrayBufferWriter<byte> ToUtf8Json(long? seed, bool incidental)
    {
        var bytes = new ArrayBufferWriter<byte>(JsonBytes);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        foreach (var index in Catalogue.ByName)
        {
            var parameter = Catalogue.Parameters[index];
            var value = incidental || values[index] is not { } own ? values[index] : parameter.InIdentity(own);
            if (seed is not null && string.CompareOrdinal(parameter.Name, "seed") > 0)
            {
                json.WriteNumber("seed", seed.Value);
                seed = null;
            }

            if (value is not null)
                Write(json, parameter.Name, value);
            if (incidental && value?.Content is { } content)
                json.WriteString(parameter.Name + SettingsText.ContentSuffix, content);
        }

        if (seed is not null)
            json.WriteNumber("seed", seed.Value);
        if (incidental && !Evaluation.IsNone)
            json.WriteString(Evaluation.Key, Evaluation.Text);
        json.WriteEndObject();
        json.Flush();
        return bytes;
    }

    private static void Write(Utf8JsonWriter json, string name, ParameterValue value)
    {
        json.WritePropertyName(name);
        if (value.Truth is { } truth)
            json.WriteBooleanValue(truth);
        else if (value.Number is null)
            json.WriteStringValue(value.Text);
        else
            json.WriteRawValue(value.Text, skipInputValidation: true);
    }

    private ParameterValue Required(string name) =>
        this[name] ?? throw new InvalidOperationException($"'{name}' is not set in this trial.");
}
