using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

/// <summary>Containers whose index comes last, or that have a track and nothing in it.</summary>
public sealed class FfmpegSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FfmpegSourceTests() => Assert.SkipWhen(FfmpegSource.Locate() is null, "ffmpeg is not on the PATH.");

    public void Dispose() => _folder.Dispose();

    /// <summary>Larger than what ffmpeg keeps of a pipe, so that it could not go back to the samples when the index comes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OpenStream_M4aThroughAPipe_GivesTheFilesSamples(bool leaveOpen)
    {
        Ffmpeg("-f", "lavfi", "-i", "sine=440:d=20:r=44100", "-c:a", "aac", "-b:a", "128k", _folder["a.m4a"]);
        byte[] content = File.ReadAllBytes(_folder["a.m4a"]);
        using AudioSource file = AudioFile.Open(_folder["a.m4a"]);
        using AudioSource pipe = AudioFile.OpenStream(new PipeStream(content, 100_000), leaveOpen: leaveOpen);

        float[] expected = WavBytes.ReadAll(file);

        Assert.InRange(expected.Length, 20 * 44100, 21 * 44100);
        Assert.Equal(expected, WavBytes.ReadAll(pipe));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_M4aThatEndsBeforeItsSamples_Fails(bool pipe)
    {
        Ffmpeg("-f", "lavfi", "-i", "sine=440:d=1:r=44100", "-c:a", "aac", "-movflags", "+faststart", _folder["a.m4a"]);
        byte[] content = File.ReadAllBytes(_folder["a.m4a"]);
        content = content[..(content.AsSpan().IndexOf("mdat"u8) + 4)];
        File.WriteAllBytes(_folder["cut.m4a"], content);

        using AudioSource source = pipe ? AudioFile.OpenStream(new PipeStream(content, 5)) : AudioFile.Open(_folder["cut.m4a"]);

        Assert.Contains("holds no samples", Assert.Throws<AudioFormatException>(() => WavBytes.ReadAll(source)).Message, StringComparison.Ordinal);
    }

    /// <summary>The end of what came is not the end of the recording.</summary>
    [Fact]
    public void Read_InputIsGivenUp_IsNotTakenForItsEnd()
    {
        Ffmpeg("-f", "lavfi", "-i", "sine=440:d=2:r=44100", _folder["a.mp3"]);

        using AudioSource source = AudioFile.OpenStream(new GivenUpStream(File.ReadAllBytes(_folder["a.mp3"])));

        Assert.Throws<OperationCanceledException>(() => WavBytes.ReadAll(source));
    }

    private static void Ffmpeg(params string[] arguments)
    {
        using Process process = Process.Start(FfmpegSource.Locate()!, ["-v", "error", "-nostdin", .. arguments]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class GivenUpStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is int read and > 0 ? read : throw new OperationCanceledException();
    }
}
