using CsCheck;
using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Tests.Images;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Arrays;

/// <summary>What NumPy writes is read, what is written NumPy would write too, and what is damaged is refused with a sentence.</summary>
public sealed class NpyFileTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void A_file_of_NumPy_is_read()
    {
        var read = NpyFile.ReadReal(Save(NpyBytes.FromNumPy), 2);
        Assert.Equal(ScalarType.Float64, read.dtype);
        Assert.Equal([2, 2], read.shape);
        Assert.Equal([1, 2.5, -3, 4], TestTrials.Doubles(read));
    }

    [Fact]
    public void Fortran_order_and_big_endian_are_put_in_order()
    {
        var read = NpyFile.ReadReal(Save(NpyBytes.FortranOrderFromNumPy), 2);
        Assert.Equal([2, 3], read.shape);
        Assert.Equal([1, 2.5, 0, -3, 4, 1e-3], TestTrials.Doubles(read));
    }

    [Fact]
    public void What_is_written_is_what_NumPy_writes_byte_for_byte()
    {
        NpyFile.Write(scratch["x"], tensor(new[] { 1, 2.5f, -3, 4 }).reshape(2, 2));
        Assert.Equal(NpyBytes.FromNumPy, File.ReadAllBytes(scratch["x"]));
        Assert.Equal([scratch["x"]], Directory.GetFiles(scratch.Path));
    }

    [Fact]
    public void A_tuple_of_one_keeps_its_comma()
    {
        NpyFile.Write(scratch["x"], tensor(new[] { 3L, 1 }));
        Assert.Equal(
            NpyBytes.Raw(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n", [3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
            File.ReadAllBytes(scratch["x"]));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Numbers_come_back_bit_for_bit(ScalarType type)
    {
        var written = TestTrials.Normal("npy", 70_000, 3).to_type(type); // More than one piece.
        NpyFile.Write(scratch["x"], written);
        Assert.True(NpyFile.ReadReal(scratch["x"], 2).equal(written.to_type(ScalarType.Float64)).all().item<bool>());
    }

    [Fact]
    public void A_transposed_tensor_of_three_dimensions_is_written_in_C_order()
    {
        var written = TensorArithmetic.Arange(24, ScalarType.Float32).reshape(2, 3, 4).permute(2, 0, 1);
        NpyFile.Write(scratch["x"], written);
        Assert.True(NpyFile.ReadReal(scratch["x"], 3).equal(written.to_type(ScalarType.Float64)).all().item<bool>());
    }

    [Theory]
    [InlineData("<i8", "fdffffffffffffff0700000000000000")]
    [InlineData(">i8", "fffffffffffffffd0000000000000007")]
    [InlineData("<i4", "fdffffff07000000")]
    [InlineData(">i4", "fffffffd00000007")]
    [InlineData("<i2", "fdff0700")]
    [InlineData("|i1", "fd07")]
    public void Signed_integers_of_every_width_are_read(string descr, string data) =>
        Assert.Equal([-3, 7], Integers(descr, data));

    [Theory]
    [InlineData("|u1", "fd07")]
    [InlineData("<u2", "fd000700")]
    [InlineData(">u2", "00fd0007")]
    [InlineData("<u4", "fd00000007000000")]
    [InlineData("<u8", "fd000000000000000700000000000000")]
    public void Unsigned_integers_of_every_width_are_read(string descr, string data) =>
        Assert.Equal([253, 7], Integers(descr, data));

    [Fact]
    public void Half_precision_is_read()
    {
        var file = NpyBytes.Raw(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 1), }\n", [0x00, 0x3e, 0x00, 0xfc]);
        Assert.Equal([1.5, double.NegativeInfinity], TestTrials.Doubles(NpyFile.ReadReal(Save(file), 2)));
    }

    [Theory]
    [InlineData(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }\n")]
    [InlineData(3, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }\n")]
    [InlineData(1, "{\"shape\": (1L, 1L), 'fortran_order': True, 'descr': '<f4'}")]
    [InlineData(1, "  { 'shape' : ( 1 , 1 , ) ,\n'fortran_order':True,'descr':'<f4' , } \n\n")]
    public void Headers_of_every_version_and_spelling_are_read(byte version, string header) =>
        Assert.Equal([1.0], TestTrials.Doubles(NpyFile.ReadReal(Save(NpyBytes.Raw(version, header, 0, 0, 128, 63)), 2)));

    [Theory]
    [InlineData("", "is no NPY file")]
    [InlineData("these are my notes", "is no NPY file, as numpy.save writes them: it does not begin with \\x93NUMPY.")]
    [InlineData("PK\u0003\u0004 and so on", "is a ZIP archive, perhaps NPZ")]
    public void Other_files_are_refused(string text, string message) =>
        AssertRefused(message, System.Text.Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(128)]
    [InlineData(143)]
    public void A_file_that_ends_too_early_is_refused(int bytes) =>
        AssertRefused("is damaged: ", NpyBytes.FromNumPy[..bytes]);

    [Fact]
    public void Truncated_and_overlong_data_are_told_apart_by_their_numbers()
    {
        AssertRefused("announces 2 × 2 elements of 4 bytes, but 15 bytes follow it.", NpyBytes.FromNumPy[..^1]);
        AssertRefused("announces 2 × 2 elements of 4 bytes, but 17 bytes follow it.", [.. NpyBytes.FromNumPy, 0]);
    }

    [Theory]
    [InlineData("|O", "holds pickled Python objects, which are never loaded")]
    [InlineData("<c8", "holds elements of type '<c8', but must hold floating-point numbers")]
    [InlineData("<i8", "holds elements of type '<i8', but must hold floating-point numbers")]
    [InlineData("<f16", "holds elements of type '<f16'")]
    [InlineData("<U7", "holds elements of type '<U7'")]
    [InlineData("|f4", "holds elements of type '|f4'")]
    [InlineData("=f4", "holds elements of type '=f4'")]
    [InlineData("", "holds elements of type ''")]
    public void Other_types_are_refused(string descr, string message) => AssertRefused(message, NpyBytes.Of(descr, "(1, 1)", 4));

    [Theory]
    [InlineData("(9223372036854775807, 9223372036854775807)")]
    [InlineData("(4294967296, 4294967296)")]
    [InlineData("(4611686018427387904, 1)")]
    [InlineData("(1000000000, 1000000)")]
    public void A_hostile_shape_is_refused_before_anything_is_allocated(string shape) =>
        AssertRefused("but 16 bytes follow it.", NpyBytes.Of("<f4", shape, 16));

    [Theory]
    [InlineData("(-1, -4)")]
    [InlineData("(9223372036854775808, 1)")]
    [InlineData("(1e3, 1)")]
    [InlineData("(True, 1)")]
    [InlineData("(2)")]
    [InlineData("(2 2)")]
    [InlineData("[2, 2]")]
    [InlineData("(2, 2")]
    [InlineData("(,)")]
    [InlineData("2, 2")]
    public void A_shape_that_is_no_tuple_of_sizes_is_refused(string shape) =>
        AssertRefused("of its header", NpyBytes.Of("<f4", shape, 16));

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), 'more': '1'}")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (1, 1)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)} or exit()")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}\0")]
    [InlineData("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1, 1)}")]
    [InlineData("{'descr': '<f4")]
    [InlineData("")]
    public void A_header_that_is_no_such_dictionary_is_refused(string header) =>
        AssertRefused("of its header", NpyBytes.Raw(1, header, 0, 0, 0, 0));

    [Fact]
    public void Structured_arrays_other_versions_and_huge_headers_are_refused()
    {
        AssertRefused("holds records of several fields", NpyBytes.Raw(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1)}", 0, 0, 0, 0));
        AssertRefused("is of NPY version 4.0", NpyBytes.Raw(4, "{}"));
        AssertRefused("announces a header of 4294967295 bytes", [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255]);
    }

    [Theory]
    [InlineData("()", 4, "has 0 dimensions (a single number), but must have 2.")]
    [InlineData("(3,)", 12, "has 1 dimensions (3), but must have 2.")]
    [InlineData("(2, 3, 4)", 96, "has 3 dimensions (2 × 3 × 4), but must have 2.")]
    public void Another_number_of_dimensions_is_refused(string shape, int bytes, string message) =>
        AssertRefused(message, NpyBytes.Of("<f4", shape, bytes));

    [Fact]
    public void An_integer_that_does_not_fit_is_refused()
    {
        var error = Assert.Throws<SweepException>(() => Integers("<u8", "0000000000000080"));
        Assert.Contains("holds an integer above 9223372036854775807", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_file_is_refused()
    {
        Assert.Contains("There is no file", Assert.Throws<SweepException>(() => NpyFile.ReadReal(scratch["absent"], 2)).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<SweepException>(() => NpyFile.ReadReal(scratch.Path, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("it is a folder", Assert.Throws<SweepException>(() => NpyFile.Write(scratch.Path, ones(1))).Message, StringComparison.Ordinal);
        Assert.Contains("there is no folder", Assert.Throws<SweepException>(() => NpyFile.Write(scratch["a/b"], ones(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_file_that_was_there()
    {
        File.WriteAllBytes(scratch["x"], NpyBytes.FromNumPy);
        using (var file = new WholeFile(scratch["x"]))
        {
            using var cancelled = new CancellationTokenSource();
            cancelled.Cancel();
            Assert.Throws<OperationCanceledException>(() => NpyFile.Write(file, ones(3), _ => { }, cancelled.Token));
        }

        Assert.Equal([scratch["x"]], Directory.GetFiles(scratch.Path));
        Assert.Equal(NpyBytes.FromNumPy, File.ReadAllBytes(scratch["x"]));
    }

    [Fact]
    public void However_a_file_is_damaged_it_is_read_or_refused_with_a_sentence() =>
        Gen.Select(Gen.Int[0, NpyBytes.FromNumPy.Length - 1], Gen.Byte).List[1, 5].Sample(changes =>
        {
            var bytes = NpyBytes.FromNumPy.ToArray();
            foreach (var (place, value) in changes)
                bytes[place] = value;
            var path = scratch[Guid.NewGuid().ToString()];
            File.WriteAllBytes(path, bytes);
            try
            {
                NpyFile.ReadReal(path, 2).Dispose();
            }
            catch (SweepException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        });

    [Fact]
    public void Reading_and_writing_leave_no_tensors_behind() => LeakCheck.AssertNone(() =>
    {
        using var read = NpyFile.ReadReal(Save(NpyBytes.FortranOrderFromNumPy), 2);
        NpyFile.Write(scratch["y"], read);
    });

    private string Save(byte[] bytes)
    {
        File.WriteAllBytes(scratch["x"], bytes);
        return scratch["x"];
    }

    private long[] Integers(string descr, string data)
    {
        var bytes = Convert.FromHexString(data);
        var count = bytes.Length / (descr[2] - '0');
        var file = NpyBytes.Raw(1, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({count},), }}\n", bytes);
        return NpyFile.ReadInteger(Save(file), 1).data<long>().ToArray();
    }

    private void AssertRefused(string message, byte[] file)
    {
        var path = Save(file);
        var error = Assert.Throws<SweepException>(() => NpyFile.ReadReal(path, 2));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{path}'", error.Message, StringComparison.Ordinal);
    }
}
