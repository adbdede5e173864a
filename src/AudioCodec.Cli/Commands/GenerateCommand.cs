using System.CommandLine;
using AudioCodec.Audio;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;
using AudioCodec.Cli.Takes;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec generate</c>: sound from texts.</summary>
internal static class GenerateCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var texts = new Argument<string[]>("prompt") { Description = "What to hear, in quotes; '' for sound without a text. Several give a file each.", Arity = ArgumentArity.ZeroOrMore };
        var output = new OutputOptions(
            "Output file (.wav, another of audio through ffmpeg, or .ecdc for the codes with prompt and seed as tags); a folder for several; - for standard output, while it is made. Named by the prompt by default.");
        var model = new GeneratorModelOptions();
        var generation = new GenerateOptions();
        var bits = new BitsOption();
        var raw = new RawOption(RawOption.ForOutput);
        var clip = new Option<string?>("--continue") { Description = "Clip that the result begins with and goes on from: audio, .ecdc, or tokens (.npy, .safetensors).", HelpName = "clip" };
        var prompts = new Option<string?>("--prompts") { Description = "JSON lines with more prompts: {\"prompt\": \"a dog barks\", \"output\": \"dog.wav\"}.", HelpName = "file" };
        var tokens = new Option<string?>("--tokens") { Description = "Also write the tokens: .safetensors, which says whose they are, or bare ones, .npy [codebooks, frames].", HelpName = "path" };
        var play = new Option<bool>("--play") { Description = "Play it while it is made, through ffplay, aplay, paplay or afplay." };
        var report = new ReportOptions();
        var command = new Command("generate", "Make sound from a text.");
        command.Arguments.Add(texts);
        output.AddTo(command);
        model.AddTo(command);
        generation.AddTo(command);
        foreach (Option option in new Option[] { clip, prompts, tokens, play })
        {
            command.Options.Add(option);
        }

        bits.AddTo(command);
        raw.AddTo(command);
        report.AddTo(command);
        command.SetAction((parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            RawPcmFormat? rawFormat = raw.Read(parseResult);
            var request = new GenerateRequest(
                [
                    .. (parseResult.GetValue(texts) ?? []).Select(text => new TakePrompt(text)),
                    .. parseResult.GetValue(prompts) is string file ? PromptFile.Read(session, file) : [],
                ],
                output.Path(parseResult),
                parseResult.GetValue(tokens),
                generation.Read(parseResult),
                model.Read(parseResult),
                [.. new[] { parseResult.GetValue(clip), parseResult.GetValue(prompts) }.OfType<string>()],
                parseResult.GetValue(clip),
                new WavFormat(bits.Read(parseResult, rawFormat), null, false, rawFormat, false),
                output.Force(parseResult),
                parseResult.GetValue(play),
                report.IsJson(parseResult));
            return request.RunAsync(session, cancellationToken);
        });
        return command.WithExamples(
            ("audiocodec generate \"a dog barks\"", "writes a-dog-barks.wav"),
            ("audiocodec generate \"rain on a roof\" -o rain.wav -d 20 --seed 7", "20 seconds, the same ones each time"),
            ("audiocodec generate \"a crow\" \"waves\" --takes 3 -o sounds/", "three variants of each, side by side"),
            ("audiocodec generate \"wind\" --continue clip.wav -d 15 -o longer.wav", "go on from a clip"),
            ("audiocodec generate \"a dog barks\" -o - | ffplay -nodisp -autoexit -", "hear it while it is made, as --play does"),
            ("audiocodec generate \"a dog barks\" -m audiogen-medium/ --text-encoder t5-large/ --tokens dog.safetensors", "an AudioCraft package with its text encoder, and the tokens"));
    }
}
