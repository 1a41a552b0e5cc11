using VicRegSweeps.Formula;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Native;
using static TorchSharp.torch;

namespace VicRegSweeps.Drills;

/// <summary>Flipped bits, lost ends and random bytes in every kind of file that is read: a sentence or a rebuild, never a crash or a wrong result.</summary>
internal static class DamageDrill
{
    public static string Run(int times)
    {
        NativeRuntime.EnsureLoaded();
        var random = new Random(times);
        return string.Join("\n  ", new[] { "" }.Concat(
        [
            Checkpoints(times, random), Safetensors(times, random), Banks(times, random), Databases(times, random), Cifar(times, random), Npy(times, random),
        ]));
    }

    /// <summary>Checkpoints of an interrupted sweep, resumed and compared with one that ran through.</summary>
    private static string Checkpoints(int times, Random random)
    {
        using var site = new Site();
        site.Register("through.db", 4, epochs: 3, SweepRules.Default);
        site.Finish("through.db");
        var expected = Read(site["through.db"]);
        Interrupt(site);
        var (gentle, fallen) = (0, 0);
        for (var i = 0; i < times; i++)
        {
            using var copy = new Site();
            Copy(site, copy);
            var files = Directory.GetFiles(copy["checkpoints"]).OrderByDescending(File.GetLastWriteTimeUtc).ToArray();
            foreach (var file in files.Take(1 + random.Next(2))) Damage.Do(file, random);

            var runner = new FormulaRunner();
            var heard = new List<string>();
            using (var store = StoreRooms.Open(copy["sweep.db"], runner.Catalogue, TimeProvider.System))
            {
                new SweepRun(store, runner, new Listener(heard)).Execute(CancellationToken.None);
            }

            if (heard.Exists(h => h.Contains("damaged", StringComparison.Ordinal))) fallen++;
            else gentle++;
            if (Read(copy["sweep.db"]) != expected) throw new BrokenPromiseException("a damaged checkpoint changed a result");
        }

        return $"checkpoints: {times} times; {fallen} named and replaced by the one before or a new start, {gentle} bytes that chance left as they were; results equal every time";
    }

    private static string Safetensors(int times, Random random)
    {
        using var site = new Site();
        using var tensor = randn(64, 33);
        Trials.Backbone.Safetensors.Write(site["whole"], new Dictionary<string, Tensor> { ["a"] = tensor, ["b"] = tensor.to(float64) });
        return Count("safetensors files", times, random, site["whole"], site["damaged"], path =>
        {
            using var scope = NewDisposeScope();
            var (tensors, _) = Trials.Backbone.Safetensors.Read(path);
            return tensors.Count == 2 && tensors["a"].equal(tensor).all().item<bool>() && tensors["b"].equal(tensor.to(float64)).all().item<bool>();
        }, mustBeEqual: true);
    }

    /// <summary>A feature bank in the cache: read where it is whole, else built anew, and the same in either case.</summary>
    private static string Banks(int times, Random random)
    {
        using var site = new Site();
        using var backbone = new PatchBackbone();
        var (train, test) = Shapes.Generate(0, 40, 20);
        using var first = Bank();
        var files = Directory.GetFiles(site["cache"], "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0).ToArray();
        var (rebuilt, read) = (0, 0);
        for (var i = 0; i < times; i++)
        {
            Damage.Do(files[random.Next(files.Length)], random);
            var built = false;
            using var again = Bank(() => built = true);
            if (built) rebuilt++;
            else read++;
            if (!again.Train.Views.equal(first.Train.Views).all().item<bool>() || !again.Test.Clean.equal(first.Test.Clean).all().item<bool>())
            {
                throw new BrokenPromiseException("a damaged bank was taken for a whole one");
            }
        }

        return $"feature banks: {times} times; {rebuilt} built anew in part, {read} read as they were (the damage lay in what is not read); features equal every time";

        FeatureBank Bank(Action? onBuild = null) => FeatureBank.GetOrBuild(
            site["cache"], train, test, AugmentationRecipe.None, 2, backbone, 0, _ => onBuild?.Invoke(), CancellationToken.None);
    }

    private static string Databases(int times, Random random)
    {
        using var site = new Site();
        site.Register("whole.db", 40, epochs: 3, SweepRules.Default);
        site.Finish("whole.db");
        var expected = Read(site["whole.db"]);
        return Count("databases", times, random, site["whole.db"], site["damaged.db"], path =>
        {
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
            var runner = new FormulaRunner();
            using (var reader = StoreRooms.OpenReader(path)) reader.RefuseDamage();
            var text = Read(path);
            using (var store = StoreRooms.Open(path, runner.Catalogue, TimeProvider.System)) store.Status();
            return text == expected;
        }, mustBeEqual: true);
    }

    private static string Cifar(int times, Random random)
    {
        const int images = 12;
        const int record = 1 + (3 * 32 * 32);
        using var site = new Site();
        Directory.CreateDirectory(site["cifar"]);
        var bytes = new byte[images * record];
        random.NextBytes(bytes);
        for (var i = 0; i < images; i++) bytes[i * record] = (byte)(i % 10);
        File.WriteAllBytes(site["whole"], bytes);
        File.WriteAllBytes(site["cifar/test_batch.bin"], bytes);
        return Count("CIFAR-10 files", times, random, site["whole"], site["cifar/data_batch_1.bin"], path =>
        {
            var (train, test) = Cifar10.Read(site["cifar"], images, images);
            using (train)
            using (test)
            {
                // Pixels carry no checksum: what is read must be what the file says.
                var file = File.ReadAllBytes(path);
                using var scope = NewDisposeScope();
                var labels = train.Labels.data<long>().ToArray();
                if (file.Length < bytes.Length || labels.Index().Any(l => l.Item != file[l.Index * record] || l.Item > 9))
                {
                    throw new BrokenPromiseException("CIFAR-10 labels were read that the file does not have");
                }

                return file.AsSpan(0, bytes.Length).SequenceEqual(bytes);
            }
        }, mustBeEqual: false);
    }

    private static string Npy(int times, Random random)
    {
        using var site = new Site();
        using var tensor = randn(31, 17);
        NpyFile.Write(site["whole.npy"], tensor);
        return Count("NPY files", times, random, site["whole.npy"], site["damaged.npy"], path =>
        {
            using var read = NpyFile.ReadReal(path, 2);
            return read.shape.SequenceEqual(tensor.shape) && read.to(float32).equal(tensor).all().item<bool>();
        }, mustBeEqual: false);
    }

    /// <param name="isEqual">Reads the damaged file; whether what it read is what was written.</param>
    /// <param name="mustBeEqual">Whether the format has a checksum, so that nothing else may be read.</param>
    private static string Count(string what, int times, Random random, string whole, string damaged, Func<string, bool> isEqual, bool mustBeEqual)
    {
        var (refused, equal, other) = (0, 0, 0);
        for (var i = 0; i < times; i++)
        {
            File.Copy(whole, damaged, overwrite: true);
            var damage = Damage.Do(damaged, random);
            try
            {
                if (isEqual(damaged)) equal++;
                else if (mustBeEqual) throw new BrokenPromiseException($"{what}, {damage}: another content was read without a word");
                else other++;
            }
            catch (SweepException)
            {
                refused++;
            }
            catch (Exception error) when (error is not BrokenPromiseException)
            {
                throw new BrokenPromiseException($"{what}, {damage}: {error}");
            }
        }

        return $"{what}: {times} times; {refused} refused in a sentence, {equal} read as they were, {other} read with the other numbers that the file now holds";
    }

    private static void Interrupt(Site site)
    {
        site.Register("sweep.db", 4, epochs: 3, SweepRules.Default);
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        var runner = new FormulaRunner
        {
            BeforeStep = (_, _) =>
            {
                Thread.Sleep(5);
                if (++steps == 15) cancel.Cancel();
            },
        };
        using var store = StoreRooms.Open(site["sweep.db"], runner.Catalogue, TimeProvider.System);
        new SweepRun(store, runner, new Printer(), new SweepRunOptions { CheckpointEvery = TimeSpan.FromMilliseconds(20) }).Execute(cancel.Token);
    }

    private static void Copy(Site from, Site to)
    {
        File.Copy(from["sweep.db"], to["sweep.db"]);
        Directory.CreateDirectory(to["checkpoints"]);
        foreach (var file in Directory.GetFiles(from["checkpoints"])) File.Copy(file, Path.Combine(to["checkpoints"], Path.GetFileName(file)));
    }

    /// <summary>All that is exported of a store, times aside.</summary>
    private static string Read(string path)
    {
        using var reader = StoreRooms.OpenReader(path);
        return string.Join('\n',
        [
            .. reader.Trials().Select(t =>
            $"{t.Id} {t.Seed} {string.Join(' ', t.Settings)} {t.State} {t.Reason} {t.Epochs} {t.Steps} {t.Loss} {t.Panels[0]?.Verdict} {t.Panels[1]?.Verdict}"),
            .. reader.Losses().Select(l => l.ToString()),
            .. reader.MetricValues().Select(m => m.ToString()),
            .. reader.Baselines().Select(b => $"{b.Of} {string.Join(' ', b.Row.Metrics)}"),
        ]);
    }

    private sealed class Listener(List<string> heard) : IRunObserver
    {
        public void StackStarted(StackWork work)
        {
        }

        public void TrialFinished(Trial trial, Outcome outcome)
        {
        }

        public void Progress(Progress progress)
        {
        }

        public void Message(string text) => heard.Add(text);
    }
}
