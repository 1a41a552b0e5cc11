using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Tests.Images;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>What is written is read back bit for bit; what others wrote is read; what is damaged is refused with a sentence.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly DisposeScope scope = NewDisposeScope();

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    public void Every_type_comes_back(ScalarType type)
    {
        var written = TensorArithmetic.Arange(24, ScalarType.Float32).Mul(3.7).to_type(type).reshape(2, 3, 4);

        Safetensors.Write(scratch["t"], new Dictionary<string, Tensor> { ["x"] = written });
        var read = Safetensors.Read(scratch["t"]).Tensors["x"];

        Assert.Equal(type, read.dtype);
        Assert.Equal([2, 3, 4], read.shape);
        Assert.True(read.equal(written).all().item<bool>());
    }

    [Fact]
    public void Names_metadata_scalars_empty_and_transposed_tensors_come_back()
    {
        var tensors = new Dictionary<string, Tensor>
        {
            ["layer.0/weight ü\"\\"] = rand(3, 5).t(),
            ["scalar"] = tensor(2.5f),
            ["empty"] = empty(0, 7),
            ["bytes"] = tensor(new byte[] { 1, 2, 3 }),
        };

        Safetensors.Write(scratch["t"], tensors, new Dictionary<string, string> { ["note"] = "ε = 1e-4\n" });
        var (read, metadata) = Safetensors.Read(scratch["t"]);

        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        Assert.All(tensors, pair => Assert.Equal(pair.Value.shape, read[pair.Key].shape));
        Assert.All(tensors, pair => Assert.True(pair.Value.eq(read[pair.Key]).all().item<bool>()));
        Assert.Equal("ε = 1e-4\n", metadata["note"]);
    }

    /// <summary>The format's own example of how little a file needs: no metadata, no checksum, no padding.</summary>
    [Fact]
    public void A_file_of_another_writer_is_read()
    {
        WriteRaw("""{"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""",
            [5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 192]);

        var (tensors, metadata) = Safetensors.Read(scratch["t"]);

        Assert.Equal(5, tensors["a"].item<long>());
        Assert.Equal([1f, -2f], tensors["b"].data<float>().ToArray());
        Assert.Empty(metadata);
    }

    [Fact]
    public void The_layout_is_the_published_one()
    {
        Safetensors.Write(scratch["t"], new Dictionary<string, Tensor> { ["x"] = tensor(new[] { 1f, 2f }) });

        var bytes = File.ReadAllBytes(scratch["t"]);
        var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, (8 + header) % 8);
        Assert.Contains("\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", Encoding.UTF8.GetString(bytes, 8, header), StringComparison.Ordinal);
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64], bytes[(8 + header)..]);
    }

    [Fact]
    public void A_flipped_bit_in_the_data_is_found()
    {
        Safetensors.Write(scratch["t"], new Dictionary<string, Tensor> { ["x"] = rand(10) });
        var bytes = File.ReadAllBytes(scratch["t"]);
        bytes[^3] ^= 4;
        File.WriteAllBytes(scratch["t"], bytes);

        AssertDamaged("checksum");
    }

    [Fact]
    public void Every_truncation_is_a_sentence()
    {
        Safetensors.Write(scratch["whole"], new Dictionary<string, Tensor> { ["x"] = rand(10), ["y"] = tensor(1L) });
        var bytes = File.ReadAllBytes(scratch["whole"]);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(scratch["t"], bytes[..length]);
            AssertDamaged("damaged");
        }
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}""", "does not fill")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "does not fill")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}}""", "does not fill")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", "begins at byte 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "begins at byte -8")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "begins at byte 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", "two tensors named 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the file has 8 bytes")]
    [InlineData("""{"x":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", "type C64")]
    [InlineData("""{"x":{"shape":[1],"data_offsets":[0,8]}}""", "header")]
    [InlineData("""{"x":{"dtype":"F32","shape":["two"],"data_offsets":[0,8]}}""", "header")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,1e30]}}""", "header")]
    [InlineData("[1,2]", "header")]
    [InlineData("{\"x\":", "header")]
    public void A_header_that_lies_is_refused(string header, string complaint)
    {
        WriteRaw(header, new byte[8]);

        AssertDamaged(complaint);
    }

    [Fact]
    public void A_header_longer_than_the_file_is_refused_before_it_is_read()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        File.WriteAllBytes(scratch["t"], bytes);

        AssertDamaged("announces a header");
    }

    [Theory]
    [InlineData("U16", 2)]
    [InlineData("U32", 4)]
    [InlineData("U64", 8)]
    [InlineData("F8_E4M3", 1)]
    [InlineData("F8_E5M2", 1)]
    [InlineData("F4_OF_2030", 3)]
    public void A_tensor_that_is_not_wanted_may_be_of_any_type(string type, int bytes)
    {
        WriteRaw(
            $$$"""{"__metadata__":null,"odd":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{bytes}}}]},"x":{"dtype":"F32","shape":[1],"data_offsets":[{{{bytes}}},{{{bytes + 4}}}]}}""",
            [.. new byte[bytes], .. BitConverter.GetBytes(2.5f)]);
        using var scope = NewDisposeScope();

        var (tensors, metadata) = Safetensors.Read(scratch["t"], new HashSet<string> { "x", "not there" });

        Assert.Equal(["x"], tensors.Keys);
        Assert.Equal(2.5f, tensors["x"].item<float>());
        Assert.Empty(metadata);
        Assert.StartsWith($"'{scratch["t"]}': tensor 'odd' is of type {type}, but only F64, ",
            Assert.Throws<SweepException>(() => Safetensors.Read(scratch["t"])).Message);
    }

    [Fact]
    public void The_checksum_is_of_what_is_passed_over_too()
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(scratch["t"], new Dictionary<string, Tensor> { ["x"] = tensor(1f), ["y"] = ones(100_000) });
        Assert.Equal(1f, Safetensors.Read(scratch["t"], new HashSet<string> { "x" }).Tensors["x"].item<float>());

        var bytes = File.ReadAllBytes(scratch["t"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(scratch["t"], bytes);

        Assert.Contains("does not have the checksum", Assert.Throws<SweepException>(() => Safetensors.Read(scratch["t"], new HashSet<string> { "x" })).Message);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var x = rand(100);
        LeakCheck.AssertNone(() =>
        {
            Safetensors.Write(scratch["t"], new Dictionary<string, Tensor> { ["x"] = x });
            using var inner = NewDisposeScope();
            Safetensors.Read(scratch["t"]);
        });
    }

    public void Dispose()
    {
        scope.Dispose();
        scratch.Dispose();
    }

    private void WriteRaw(string header, byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)Encoding.UTF8.GetByteCount(header));
        File.WriteAllBytes(scratch["t"], [.. length, .. Encoding.UTF8.GetBytes(header), .. data]);
    }

    private void AssertDamaged(string complaint)
    {
        var error = Assert.Throws<SweepException>(() => Safetensors.Read(scratch["t"]));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains(scratch["t"], error.Message, StringComparison.Ordinal);
    }
}
