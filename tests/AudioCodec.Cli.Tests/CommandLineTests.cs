using AudioCodec.Torch.Loading;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Run_UnknownOption_IsAUsageError()
    {
        CliRun run = await CliRun.Of("--no-such-option");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("--help", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Text);
    }

    [Fact]
    public async Task Help_Root_ShowsExamples()
    {
        CliRun run = await CliRun.Of("--help");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("Examples:", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Root_ListsEveryExitCode()
    {
        CliRun run = await CliRun.Of("help");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.All(
            typeof(ExitCodes).GetFields(),
            field => Assert.Contains(ExitCodes.Meanings, entry => entry.Code == (int)field.GetRawConstantValue()!));
        Assert.All(ExitCodes.Meanings, entry => Assert.Contains($"{entry.Code,3}  {entry.Meaning}", run.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("speech.wav", "--help")]
    [InlineData("help", "speech.wav")]
    public async Task Help_BareForm_ShowsItsOptionsUnderTheProgramsName(params string[] arguments)
    {
        CliRun run = await CliRun.Of(arguments);
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("audiocodec <input> [<output>] [options]", run.Text, StringComparison.Ordinal);
        Assert.Contains("--bandwidth", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("convert", run.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bandwidth", "abc", "a number is expected")]
    [InlineData("--threads", "1.5", "a whole number is expected")]
    public async Task Run_OptionOfTheWrongType_SaysWhatIsExpected(string option, string value, string expected)
    {
        CliRun run = await CliRun.Of("compress", "a.wav", option, value);
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(UsageException), ExitCodes.Usage)]
    [InlineData(typeof(AudioFormatException), ExitCodes.Audio)]
    [InlineData(typeof(BitstreamException), ExitCodes.Bitstream)]
    [InlineData(typeof(CheckpointException), ExitCodes.Checkpoint)]
    [InlineData(typeof(ConfigException), ExitCodes.Config)]
    [InlineData(typeof(TrainingException), ExitCodes.Training)]
    [InlineData(typeof(LibTorchException), ExitCodes.Torch)]
    [InlineData(typeof(FileNotFoundException), ExitCodes.InputOutput)]
    [InlineData(typeof(UnauthorizedAccessException), ExitCodes.InputOutput)]
    [InlineData(typeof(OperationCanceledException), ExitCodes.Cancelled)]
    [InlineData(typeof(NullReferenceException), ExitCodes.Unexpected)]
    public void ExitCodeOf_EachFamily_HasItsOwn(Type type, int expected)
    {
        Exception exception = type switch
        {
            _ when type == typeof(UsageException) => new UsageException("x"),
            _ when type == typeof(AudioFormatException) => new AudioFormatException("x", "a.wav"),
            _ when type == typeof(BitstreamException) => new BitstreamException("x", 0, "m"),
            _ when type == typeof(CheckpointException) => new CheckpointException("x", "a.th"),
            _ when type == typeof(ConfigException) => new ConfigException("x", "key"),
            _ when type == typeof(TrainingException) => new TrainingException("x"),
            _ when type == typeof(LibTorchException) => new LibTorchException("x"),
            _ => (Exception)Activator.CreateInstance(type)!,
        };
        Assert.Equal(expected, FailureReport.ExitCodeOf(exception));
    }
}
