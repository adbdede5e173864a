using System.Buffers.Binary;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

/// <summary>What can happen to the pages of a file.</summary>
public sealed class OggPageTests
{
    public static TheoryData<string> Names => ["tone.opus", "tone-pages.ogg"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_GarbageBetweenPages_IsPassedOverWithAWarning(string name)
    {
        List<byte[]> pages = Pages(name);
        byte[] garbage = [.. "OggS not a page, OggS"u8];
        (float[] expected, _) = Read(pages);

        (float[] samples, IReadOnlyList<string> warnings) = Read([.. pages[..4], garbage, .. pages[4..], garbage]);

        Assert.Equal(expected, samples);
        Assert.Equal(["42 bytes are damaged or no whole Ogg pages, and were left out."], warnings);
    }

    /// <summary>One that is not there, or fails its checksum; the length of the rest stays exact.</summary>
    [Theory]
    [InlineData("tone.opus", false, 2880)]
    [InlineData("tone.opus", true, 2880)]
    [InlineData("tone-pages.ogg", false, 1536)]
    [InlineData("tone-pages.ogg", true, 1536)]
    public void Read_LostPage_LeavesOutItsSamples(string name, bool damaged, int lost)
    {
        List<byte[]> pages = Pages(name);
        (float[] expected, _) = Read(pages);
        byte[] page = pages[4];
        pages.RemoveAt(4);
        if (damaged)
        {
            page[^1] ^= 1;
            pages.Insert(4, page);
        }

        (float[] samples, IReadOnlyList<string> warnings) = Read(pages);

        Assert.Equal(expected.Length - (2 * lost), samples.Length);
        Assert.Equal(expected[..4000], samples[..4000]);
        Assert.Contains("Pages are missing at 1 place; what they held was left out.", warnings);
        Assert.Equal(damaged ? 2 : 1, warnings.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EndIsCutOff_WarnsAndGivesTheRest(string name)
    {
        List<byte[]> pages = Pages(name);
        (float[] expected, _) = Read(pages);

        (float[] samples, IReadOnlyList<string> warnings) = Read([.. pages[..^1], pages[^1][..^1]]);

        Assert.InRange(samples.Length, expected.Length / 2, expected.Length - 1);
        Assert.Equal(expected[..samples.Length], samples);
        Assert.Equal([$"{pages[^1].Length - 1} bytes are damaged or no whole Ogg pages, and were left out.", "The end of the stream is missing: the file may be cut off."], warnings);
    }

    /// <summary>Packets that go over pages, and other streams beside, as films have them.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_StreamAmongOthers_IsFound(string name)
    {
        List<byte[]> pages = Pages(name);
        (float[] expected, _) = Read(pages);
        byte[] skeleton = OggBytes.Page(2, 0, 7, 0, [.. "fishead\0"u8]);
        byte[] film = OggBytes.Page(2, 0, 8, 0, [.. "\u0080theora"u8]);
        List<byte[]> mixed = [skeleton, pages[0], film];
        uint sequence = 1;
        foreach (byte[] page in pages.Skip(1))
        {
            mixed.AddRange([OggBytes.Page(0, 5, 8, sequence++, 1, 2, 3), .. Halves(page)]);
        }

        mixed.Add(OggBytes.Page(4, 5, 7, 1));
        Renumber(mixed, Serial(pages[0]));

        (float[] samples, IReadOnlyList<string> warnings) = Read(mixed);

        Assert.Empty(warnings);
        Assert.Equal(expected, samples);
    }

    [Theory]
    [InlineData("tone.opus", "tone.opus")]
    [InlineData("tone.opus", "tone-pages.ogg")]
    [InlineData("tone.ogg", "tone.opus")]
    public void Read_ChainedStreams_FollowEachOtherInTheFirstOnesFormat(string first, string second)
    {
        float[] before = Read(Pages(first)).Samples;
        using AudioSource reader = new OggReader(new MemoryStream(File.ReadAllBytes(Fixtures.Path("audio/" + first))));
        float[] behind = WavBytes.ReadAll(AudioFile.OpenConverted(Fixtures.Path("audio/" + second), reader.SampleRateHz, reader.Channels));

        (float[] samples, IReadOnlyList<string> warnings) = Read([.. Pages(first), .. Pages(second)]);

        Assert.Equal(first == "tone.ogg" ? ["2 channels were mixed down to 1."] : [], warnings);
        Assert.Equal([.. before, .. behind], samples);
    }

    /// <summary>Vorbis I, appendix A.2: a first page that states fewer samples than it has lacks them at its start.</summary>
    [Fact]
    public void Read_VorbisWhoseFirstPageStatesLess_DropsTheStart()
    {
        List<byte[]> pages = Pages("tone-pages.ogg");
        (float[] expected, _) = Read(pages);

        (float[] samples, _) = Read([.. pages[..2], .. pages[2..].Select(page => OggBytes.WithGranule(page, OggBytes.Granule(page) - 100))]);

        Assert.Equal(expected[200..], samples);
    }

    /// <summary>Only what is certain is stated.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void LengthSamples_OfAFile_IsStatedWhereItIsWhole(string name)
    {
        List<byte[]> pages = Pages(name);
        long length = Read(pages).Samples.Length / 2;

        Assert.Equal(length, Length(pages));
        Assert.Equal(length - 100, Length([.. pages[..^1], OggBytes.WithGranule(pages[^1], OggBytes.Granule(pages[^1]) - 100)]));
        Assert.Equal(length, Length([.. pages[..2], .. pages[2..].Select(page => OggBytes.WithGranule(page, OggBytes.Granule(page) + 1000))]));
        Assert.Null(Length([.. pages[..3], .. pages[4..]]));
        Assert.Null(Length(pages[..^1]));
        Assert.Null(Length([.. pages, .. pages]));
        Assert.Null(Length([.. pages, [1]]));
    }

    /// <summary>A container that speaks of audio and has none of it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_OnlyHeaders_IsAnError(string name)
    {
        var error = Assert.Throws<AudioFormatException>(() => Read(Pages(name)[..2]));

        Assert.Contains("nothing of its audio is left", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A recording of a broadcast begins at its position then.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_FirstPageStatesMore_ChangesNothing(string name)
    {
        List<byte[]> pages = Pages(name);
        (float[] expected, _) = Read(pages);

        (float[] samples, _) = Read([.. pages[..2], .. pages[2..].Select(page => OggBytes.WithGranule(page, OggBytes.Granule(page) + (1L << 40)))]);

        Assert.Equal(expected, samples);
    }

    [Theory]
    [InlineData(6 * 256, 1.9953)]
    [InlineData(-12 * 256, 0.25119)]
    public void Read_OpusWithGain_IsLouderByIt(short gain, double factor)
    {
        List<byte[]> pages = Pages("tone.opus");
        (float[] expected, _) = Read(pages);
        pages[0] = OggBytes.Changed(pages[0], page => BinaryPrimitives.WriteInt16LittleEndian(page.AsSpan(28 + 16), gain));

        (float[] samples, _) = Read(pages);

        Assert.All(expected.Zip(samples), pair => Assert.Equal(pair.First * factor, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData("\u007FFLAC\u0001\0", "FLAC in Ogg")]
    [InlineData("Speex   1.2", "Speex")]
    [InlineData("fishead\0", "Ogg without audio")]
    public void Open_OtherCodecs_AreNamed(string magic, string expected)
    {
        byte[] file = [.. OggBytes.Page(2, 0, 7, 0, System.Text.Encoding.Latin1.GetBytes(magic)), .. OggBytes.Page(4, 0, 7, 1, 0)];

        var error = Assert.Throws<UnsupportedAudioException>(() => new OggReader(new MemoryStream(file)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_BeginningIsMissing_SaysSo()
    {
        var error = Assert.Throws<AudioFormatException>(() => AudioFile.OpenStream(new MemoryStream(OggBytes.File(Pages("tone.opus")[1..]))));

        Assert.Contains("beginning is missing", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A picture among the tags, larger than any packet of a codec may be, is not kept.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Open_LargeTags_TakeNoMemory(string name)
    {
        List<byte[]> pages = Pages(name);
        (float[] expected, _) = Read(pages);
        byte[] full = [.. Enumerable.Repeat((byte)255, 255)];
        byte[] picture = [.. pages[1][..26], 255, .. full, .. new byte[255 * 255]];
        List<byte[]> large = [pages[0]];
        for (int i = 0; i < 100; i++)
        {
            large.Add(OggBytes.Changed(picture, page => page[5] = (byte)(i > 0 ? 1 : 0)));
        }

        large.AddRange([OggBytes.Changed(pages[1], page => page[5] = 1), .. pages[2..]]);
        Renumber(large, Serial(pages[0]));
        byte[] file = OggBytes.File(large);

        long before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = new OggReader(new MemoryStream(file));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(expected, WavBytes.ReadAll(reader));
        Assert.InRange(allocated, 0, 2 << 20);
    }

    private static List<byte[]> Pages(string name) => OggBytes.Pages(File.ReadAllBytes(Fixtures.Path("audio/" + name)));

    private static (float[] Samples, IReadOnlyList<string> Warnings) Read(List<byte[]> pages)
    {
        using var reader = new OggReader(new PipeStream(OggBytes.File(pages)));
        return (WavBytes.ReadAll(reader), reader.Warnings);
    }

    private static long? Length(List<byte[]> pages)
    {
        using var reader = new OggReader(new MemoryStream(OggBytes.File(pages)));
        return reader.LengthSamples;
    }

    private static uint Serial(byte[] page) => BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(14));

    /// <summary>Two pages with the packets of one; the middle packet begins on the first and ends on the second.</summary>
    private static byte[][] Halves(byte[] page)
    {
        byte[] segments = page[27..(27 + page[26])];
        int cut = Array.IndexOf(segments, (byte)255) + 1;
        if (cut == 0)
        {
            return [page];
        }

        int at = 27 + segments.Length + segments[..cut].Sum(length => length);
        byte[] first = [.. page[..26], (byte)cut, .. segments[..cut], .. page[(27 + segments.Length)..at]];
        byte[] second = [.. page[..26], (byte)(segments.Length - cut), .. segments[cut..], .. page[at..]];
        first[5] &= 0xFB;
        second[5] |= 1;
        return [OggBytes.WithGranule(first, segments[..cut].Any(length => length < 255) ? OggBytes.Granule(page) : -1), OggBytes.Changed(second, _ => { })];
    }

    private static void Renumber(List<byte[]> pages, uint serial)
    {
        uint sequence = 0;
        for (int i = 0; i < pages.Count; i++)
        {
            if (Serial(pages[i]) == serial)
            {
                pages[i] = OggBytes.Changed(pages[i], page => BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(18), sequence++));
            }
        }
    }
}
