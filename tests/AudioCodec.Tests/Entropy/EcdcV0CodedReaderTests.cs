using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Entropy;

public sealed class EcdcV0CodedReaderTests
{
    [Theory]
    [InlineData("encodec_24khz")]
    [InlineData("encodec_48khz")]
    public void Read_FileOfTheReference_SaysThatItDoesNotDecodeHere(string name)
    {
        // The reference's softmax on the machine that wrote these files differs from ours in the last bits.
        EncodecConfig config = name == "encodec_24khz" ? EncodecConfig.Encodec24Khz : EncodecConfig.Encodec48Khz;
        EntropyModel model = name == "encodec_24khz" ? FormulaModels.Full24 : FormulaModels.Full48;
        using FileStream file = File.OpenRead(Fixtures.Path($"golden/{name}.bw6.lm.ecdc"));
        EcdcV0Header header = Assert.IsType<EcdcV0Header>(EcdcHeader.Read(file));

        var error = Assert.Throws<BitstreamException>(() => EcdcV0CodedReader.Read(file, header, config.ToEcdcGeometry(), model));

        Assert.Contains("language model", error.Message);
        Assert.Equal("codes", error.Field);
    }

    /// <summary>
    /// The golden set has the reference's probabilities for the first twelve frames of that stream. With them, every code comes out:
    /// only the last bits of the model's floats stand between such a stream and its codes.
    /// </summary>
    [Fact]
    public void Decode_FileOfTheReference_WithTheReferencesProbabilitiesGivesItsCodes()
    {
        using GoldenFile golden = GoldenFile.Open("encodec_24khz");
        float[] probabilities = golden.Floats("lm.probabilities");
        ushort[] codes = golden.FrameMajorCodes("bw6.segment0.codes");
        int[] shape = golden.Shape("lm.probabilities");
        (int frames, int size, int codebooks) = (shape[0], shape[1], shape[2]);
        using FileStream file = File.OpenRead(Fixtures.Path("golden/encodec_24khz.bw6.lm.ecdc"));
        var decoder = new ArithmeticDecoder(new BitReader(file, EcdcHeader.Read(file).ByteCount), zerosFollow: false);
        var table = new int[size];
        var row = new float[size];
        for (int i = 0; i < frames * codebooks; i++)
        {
            (int frame, int codebook) = Math.DivRem(i, codebooks);
            for (int code = 0; code < size; code++)
            {
                row[code] = probabilities[(((frame * size) + code) * codebooks) + codebook];
            }

            ReferenceFrequencyTable.BuildFromProbabilities(row, table);
            Assert.Equal((frame, codebook, codes[i]), (frame, codebook, decoder.Decode(table)));
        }

        Assert.Equal(96, frames * codebooks);
    }

    [Fact]
    public void Read_FileMadeWithTheSameArithmetic_GivesItsCodesAndNoticesEveryDamage()
    {
        EcdcGeometry geometry = new()
        {
            Model = "tiny",
            SampleRateHz = 8000,
            Channels = 1,
            FrameRateHz = 1000,
            HopSamples = 8,
            BitsPerCode = 5,
            Codebooks = 4,
        };
        ushort[] codes = FormulaModels.RandomCodes(40, 3, 32, 9);
        byte[] file = Write(codes, 3, 320);

        (EcdcV0Header header, var segments) = Read(file);
        Assert.Equal(("tiny", 320, 3, true), (header.Model, header.LengthSamples, header.Codebooks, header.UsesLanguageModel));
        Assert.Equal(codes, Assert.Single(segments).Codes);

        for (int i = header.ByteCount; i < file.Length - 1; i++)
        {
            byte[] damaged = [.. file];
            damaged[i] ^= 0x10;
            Assert.Throws<BitstreamException>(() => Read(damaged));
            Assert.Throws<BitstreamException>(() => Read(file[..i]));
        }

        Assert.Throws<BitstreamException>(() => Read([.. file, 0]));

        (EcdcV0Header Header, IReadOnlyList<(EcdcSegment Segment, ushort[] Codes)> Segments) Read(byte[] bytes)
        {
            var stream = new MemoryStream(bytes);
            EcdcV0Header read = Assert.IsType<EcdcV0Header>(EcdcHeader.Read(stream));
            return (read, EcdcV0CodedReader.Read(stream, read, geometry, FormulaModels.Tiny));
        }
    }

    /// <summary>What the reference would write if its floats were ours.</summary>
    internal static byte[] Write(ushort[] codes, int codebooks, int lengthSamples)
    {
        var state = new EntropyState(FormulaModels.Tiny, 1, codes.Length / codebooks);
        var encoder = new ArithmeticEncoder();
        var table = new int[32];
        var previous = new ushort[codebooks];
        for (int f = 0; f < codes.Length; f += codebooks)
        {
            state.Advance([0], previous, codebooks);
            for (int k = 0; k < codebooks; k++)
            {
                ReferenceFrequencyTable.Build(state.Logits(1, k)[..32], table);
                encoder.Encode(previous[k] = codes[f + k], table);
            }
        }

        return [.. new EcdcV0Header { Model = "tiny", LengthSamples = lengthSamples, Codebooks = codebooks, UsesLanguageModel = true }.ToBytes(), .. encoder.Finish()];
    }
}
