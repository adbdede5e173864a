using System.CommandLine;
using AudioCodec.Bitstream;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary>What the commands have in common that join and cut <c>.ecdc</c> files without encoding anything again.</summary>
internal sealed class EditOptions
{
    private readonly Option<int?> _version = new("--format")
    {
        Description = "Version of the output: 1, to which files of version 0 are converted, their codes unchanged.",
        HelpName = "version",
    };

    private readonly Option<bool> _conceal = new("--conceal")
    {
        Description = "Take damaged files too: whole chunks are copied, lost ones keep their places and stay lost, for 'decompress --conceal'.",
    };

    private readonly ModelOptions _model = new(ModelOptions.ForStreams);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_version);
        command.Options.Add(_conceal);
        _model.AddTo(command, ModelParts.LanguageModel);
    }

    /// <summary>The codecs that files may be of.</summary>
    /// <exception cref="UsageException">A version is asked for that cannot be written here.</exception>
    public CodecOptions Read(ParseResult parseResult)
    {
        int? version = parseResult.GetValue(_version);
        return version is null or 1
            ? _model.Read(parseResult)
            : throw new UsageException($"--format {version}: only version 1 of .ecdc can be joined and cut, since version 0 has no chunks.");
    }

    /// <summary>Tells the user what was damaged in a file that was copied.</summary>
    public static void WarnOfDamage(CliSession session, EcdcFile file, string input)
    {
        foreach (EcdcDamage damage in file.Damage)
        {
            session.Warning($"{input}: {damage.Reason}");
        }
    }

    /// <summary>Opens a file to be edited.</summary>
    /// <param name="parseResult">The parsed command line.</param>
    /// <param name="codecs">The codecs on this machine.</param>
    /// <param name="options">What <see cref="Read"/> gave.</param>
    /// <param name="input">Path of the file, or <c>-</c>.</param>
    /// <param name="cancellationToken">Stops copying standard input.</param>
    /// <exception cref="BitstreamException">The file is damaged, or was made with another model than the one that is named.</exception>
    public async Task<EcdcFile> OpenAsync(ParseResult parseResult, CodecProvider codecs, CodecOptions options, string input, CancellationToken cancellationToken)
    {
        CliSession session = CliSession.Of(parseResult);
        EcdcFile file = codecs.Open(
            await EcdcInput.OpenAsync(session, input, cancellationToken).ConfigureAwait(false), new EcdcOpenOptions { Model = options.Model, ConcealDamage = parseResult.GetValue(_conceal) });
        try
        {
            _ = codecs.FindInfoOfStream(file.Info.Model, options.Model);
            if (file.Info.FormatVersion == 0 && parseResult.GetValue(_version) is null)
            {
                session.Message($"{input}: version 0 of .ecdc is converted to version 1, which the reference does not read; the codes are unchanged");
            }

            file.PutIntoChunks(); // Now, so that an error is one of this file.
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
