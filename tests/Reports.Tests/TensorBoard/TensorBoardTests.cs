using System.Text.Json.Nodes;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.Reports.TensorBoard;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.TensorBoard;

/// <summary>Files of events, read by a reader that shares nothing with the writer: framing, checksums and messages taken apart in Python.</summary>
public sealed class TensorBoardTests
{
    /// <summary>Prints what is in the event files under a folder as JSON. The checksum is worked out bit by bit, messages field by field.</summary>
    private const string Reader = """
        import json, os, struct, sys

        def crc32c(data):
            crc = 0xFFFFFFFF
            for byte in data:
                crc ^= byte
                for _ in range(8):
                    crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
            return crc ^ 0xFFFFFFFF

        def masked(data):
            crc = crc32c(data)
            return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF

        assert crc32c(b'123456789') == 0xE3069283

        def records(data):
            at = 0
            while at < len(data):
                length, check = struct.unpack_from('<QI', data, at)
                assert masked(data[at:at + 8]) == check, 'checksum of a length'
                body = data[at + 12:at + 12 + length]
                assert len(body) == length
                assert masked(body) == struct.unpack_from('<I', data, at + 12 + length)[0], 'checksum of a record'
                yield body
                at += 16 + length

        def fields(data):
            at, found = 0, {}
            def varint():
                nonlocal at
                value = shift = 0
                while True:
                    byte = data[at]; at += 1
                    value |= (byte & 127) << shift; shift += 7
                    if byte < 128: return value
            while at < len(data):
                key = varint()
                if key & 7 == 0: value = varint()
                elif key & 7 == 1: value, at = struct.unpack_from('<d', data, at)[0], at + 8
                elif key & 7 == 5: value, at = struct.unpack_from('<f', data, at)[0], at + 4
                elif key & 7 == 2:
                    length = varint(); value = data[at:at + length]; at += length
                    assert len(value) == length
                else: raise AssertionError(f'kind {key & 7}')
                found.setdefault(key >> 3, []).append(value)
            return found

        def value_of(message):
            [[kind, [value]]] = fields(message).items()
            return value.decode() if kind == 3 else value

        def entry(message):
            f = fields(message)
            return f[1][0].decode(), value_of(f[2][0])

        root, runs = sys.stdin.read().strip(), {}
        for folder, _, names in os.walk(root):
            for name in names:
                run = {'scalars': [], 'texts': {}, 'hparams': {}}
                events = [fields(body) for body in records(open(os.path.join(folder, name), 'rb').read())]
                assert events[0][3][0] == b'brain.Event:2'
                for event in events[1:]:
                    for value in fields(event[5][0])[1]:
                        v = fields(value)
                        tag, step = v[1][0].decode(), event[2][0]
                        if 2 in v: run['scalars'].append([tag, step, v[2][0]])
                        elif 8 in v: run['texts'][tag] = fields(v[8][0])[8][0].decode()
                        else:
                            plugin = fields(fields(v[9][0])[1][0])
                            assert plugin[1][0] == b'hparams'
                            data = fields(plugin[2][0])
                            if 3 in data:
                                s = fields(data[3][0])
                                run['hparams'] = dict(entry(e) for e in s[1]); run['group'] = s[4][0].decode()
                            if 4 in data: run['status'] = fields(data[4][0])[1][0]
                            if 2 in data:
                                e = fields(data[2][0])
                                run['infos'] = [[fields(i)[1][0].decode(), fields(i)[4][0]] for i in e[4]]
                                run['metrics'] = [fields(fields(i)[1][0])[2][0].decode() for i in e[5]]
                runs[os.path.relpath(folder, root)] = run
        print(json.dumps(runs))
        """;

    [Fact]
    public void Another_reader_finds_every_number_of_every_trial()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(2));
        var runs = Exported(sweep);

        using var store = sweep.Read();
        var trials = store.Trials().ToList();
        Assert.Equal(trials.Select(t => t.Id).Append(".").Order(StringComparer.Ordinal), runs.Select(r => r.Key).Order(StringComparer.Ordinal));
        foreach (var trial in trials)
        {
            var run = runs[trial.Id]!;
            var scalars = run["scalars"]!.AsArray().ToLookup(s => s![0]!.GetValue<string>(), s => (s![1]!.GetValue<long>(), s[2]!.GetValue<double>()));
            var losses = store.Losses(trial.Id);
            foreach (var (number, term) in store.Vocabulary.Terms.Index())
            {
                Assert.Equal(
                    losses.Where(r => r.Terms[number] is not null).Select(r => (r.Step, (double)(float)r.Terms[number]!.Value)), scalars[$"loss/{term.Name}"]);
            }

            var panels = store.Panels(trial.Id).Where(p => p.Row.Space == "embedding").ToList();
            Assert.Equal(
                panels.Select(p => ((long)p.Row.Epoch, (double)(float)p.Row.Metrics.Single(m => m.Key == "knn_top1").Value!.Value)),
                scalars["embedding/knn_top1"]);
            Assert.Equal(trial.Settings["loss.variance_weight"].Number, run["hparams"]!["loss.variance_weight"]!.GetValue<double>());
            Assert.Equal((trial.Seed, trial.Point, 1),
                ((long)run["hparams"]!["seed"]!.GetValue<double>(), run["group"]!.GetValue<string>(), run["status"]!.GetValue<int>()));
            Assert.Contains("| loss.epsilon | 0.0001 |", run["texts"]!["settings/text_summary"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal(
            "[[\"seed\",3],[\"loss.variance_weight\",3],[\"loss.covariance_weight\",3]]", runs["."]!["infos"]!.ToJsonString());
        Assert.Contains("embedding/knn_top1", runs["."]!["metrics"]!.AsArray().Select(m => m!.GetValue<string>()));
    }

    [Fact]
    public void A_later_export_takes_the_place_of_an_earlier_one()
    {
        using var sweep = new ScriptedSweep(ByWeights, Grid(1));
        Exported(sweep);
        var before = Directory.GetFiles(sweep["events"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Exported(sweep);

        Assert.Equal(before, Directory.GetFiles(sweep["events"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Equal(7, before.Count);
    }

    [Fact]
    public void Names_and_texts_from_anywhere_stay_in_their_place()
    {
        using var sweep = new ScriptedSweep(
            t => new Script { State = SweepEngine.Running.TrialState.Failed, Reason = "a | b\nc" },
            new[] { "../../up", "a|b", "ü" }.Select(name => Trial(0, ("model.name", name))));
        var runs = Exported(sweep);

        Assert.All(runs.Where(r => r.Key != "."), run =>
        {
            Assert.Matches("^[0-9a-f]{16}$", run.Key);
            Assert.Equal(2, run.Value!["status"]!.GetValue<int>());
            Assert.Contains("a \\| b c", run.Value["texts"]!["settings/text_summary"]!.GetValue<string>(), StringComparison.Ordinal);
        });
        Assert.Equal(["../../up", "a|b", "ü"], runs.Where(r => r.Key != ".").Select(r => r.Value!["hparams"]!["model.name"]!.GetValue<string>())
            .Order(StringComparer.Ordinal));
    }

    private static JsonObject Exported(ScriptedSweep sweep)
    {
        using var store = sweep.Read();
        TensorBoardExport.Write(store, sweep["events"], ExportChoice.All, DateTimeOffset.UnixEpoch.AddDays(1));
        return JsonNode.Parse(Python.Run("json", Reader, sweep["events"]))!.AsObject();
    }
}
