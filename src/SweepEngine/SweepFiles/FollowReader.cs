using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>{of: …, times: …}</c>, and gives the followers of a level their values.</summary>
internal sealed class FollowReader(ParameterCatalogue catalogue, Complaints complaints)
{
    public const string Form = "{of: PARAMETER, times: NUMBER}";

    private static readonly string[] Keys = ["of", "times"];

    private readonly ValueReader values = new(complaints);

    public static bool IsMeant(YamlNode node) => node is YamlMap map && map["of"] is not null;

    /// <returns>Null when it is not valid, which has been complained about.</returns>
    public Follow? Read(Parameter parameter, YamlMap map)
    {
        var before = complaints.Count;
        foreach (var (key, _) in map.Entries.Where(e => !Keys.Contains(e.Key.Text)))
            complaints.Add(key.At, $"unknown key {Wording.Quoted(key.Text)}; a parameter that follows another is {Form}.");
        var leader = Leader(map["of"]!.Value);
        var times = map["times"] is { } entry ? values.Read(Times, entry.Value)?.Number : null;
        return leader is null || complaints.Count > before ? null : new Follow(parameter, leader, times, map.At);
    }

    /// <summary>
    /// The level with every follower beside its leader: a column of the same axis, or a fixed value. Followers may follow followers.
    /// </summary>
    public Level Resolved(Level level)
    {
        var open = level.Follows.ToDictionary(StringComparer.Ordinal);
        var (fixedValues, axes) = (new OrderedDictionary<string, ParameterValue>(level.Fixed, StringComparer.Ordinal), level.Axes.ToList());
        foreach (var name in level.Follows.Keys) Resolve(name, []);
        return level with { Fixed = fixedValues, Axes = axes, Follows = [] };

        void Resolve(string name, IReadOnlyList<string> path)
        {
            if (path.Contains(name))
            {
                complaints.Add(level.Follows[name].At,
                    $"parameters follow each other in a circle: {string.Join(" -> ", [.. path.SkipWhile(p => p != name), name])}.");
                open.Clear();
                return;
            }

            if (!open.TryGetValue(name, out var follow)) return;

            Resolve(follow.Leader.Name, [.. path, name]);
            if (!open.Remove(name)) return;

            var axis = axes.FindIndex(a => a.Columns.Any(c => c.Parameter == follow.Leader));
            if (axis >= 0)
                axes[axis] = Along(axes[axis], follow);
            else if ((fixedValues.GetValueOrDefault(follow.Leader.Name) ?? follow.Leader.Default) is not { } leading)
                complaints.Add(follow.At, $"'{name}' follows '{follow.Leader.Name}', which is not given and has no default.");
            else if (follow.Of(leading, complaints) is { } value)
                fixedValues[name] = value;
        }
    }

    private Axis Along(Axis axis, Follow follow)
    {
        var leader = axis.Columns.First(c => c.Parameter == follow.Leader);
        var before = complaints.Count;
        var followed = leader.Values.Select(v => complaints.Count == before ? follow.Of(v, complaints) : null).ToList();
        return complaints.Count > before ? axis : new Axis([.. axis.Columns, new AxisColumn(follow.Parameter, followed!) { Origin = follow.Origin }]);
    }

    private Parameter? Leader(YamlNode node)
    {
        if (node is not YamlScalar scalar || scalar.IsNull)
            complaints.Add(node.At, $"'of' is {node.Kind}, but must be the name of the parameter that is followed.");
        else if (!catalogue.TryGet(scalar.Text, out var leader))
            complaints.Add(node.At,
                $"unknown parameter {Wording.Quoted(scalar.Text)}{Wording.DidYouMean(scalar.Text, catalogue.Parameters.Select(p => p.Name), "'of' names a parameter.")}");
        else
            return leader;
        return null;
    }

    private static Parameter Times => new()
    {
        Name = "times",
        Kind = ParameterKind.Real,
        Default = null,
        Doc = "What the number of the parameter that is followed is multiplied with.",
    };
}
