using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Entropy;

namespace AudioCodec.Compression;

/// <summary>Opens <c>.ecdc</c> files of both versions.</summary>
public static class EcdcFile
{
    /// <summary>Starts decoding a file.</summary>
    /// <param name="stream">The file from its first byte; must seek. Disposed together with the result, and on errors.</param>
    /// <param name="modelOf">Gives the codec that a header names; throws where it is not at hand.</param>
    /// <param name="options">How to decode.</param>
    /// <exception cref="BitstreamException">The file is damaged, or was made with other weights.</exception>
    public static AudioSource OpenAudio(Stream stream, Func<string, EcdcModel> modelOf, EcdcOpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(modelOf);
        options ??= new EcdcOpenOptions();
        try
        {
            return EcdcMagic.ReadVersion(stream) == 0
                ? OpenVersion0(stream, modelOf, options)
                : OpenVersion1(stream, modelOf, options);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens the codes of a version-0 file, entropy-coded or not.</summary>
    /// <param name="stream">The file from its first byte; must seek.</param>
    /// <param name="geometryOf">Gives the layout of the model that the header names.</param>
    /// <param name="languageModelOf">Gives a codec's language model, or <see langword="null"/>.</param>
    /// <exception cref="BitstreamException">The file is damaged, or its codes do not decode on this machine.</exception>
    public static IEcdcReader OpenVersion0(
        Stream stream, Func<string, EcdcGeometry?> geometryOf, Func<string, EntropyModel?> languageModelOf)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long start = stream.Position;
        EcdcHeader header = EcdcHeader.Read(stream);
        stream.Position = start;
        if (!header.UsesLanguageModel)
        {
            return EcdcReader.Open(stream, geometryOf);
        }

        EcdcMagic.ReadVersion(stream);
        (_, IReadOnlyList<(EcdcSegment Segment, ushort[] Codes)> segments) =
            EcdcLanguageModelReader.ReadAfterVersion(stream, geometryOf, languageModelOf);
        stream.Dispose();

        // The reader above has checked that the geometry is known.
        return new DecodedCodesReader(geometryOf(header.Model)!, header, segments);
    }

    private static EcdcAudioSource OpenVersion0(Stream stream, Func<string, EcdcModel> modelOf, EcdcOpenOptions options)
    {
        if (options.StartSample > 0)
        {
            throw new BitstreamException("Version 0 has no index: such a file can only be decoded from its start.", 4, "version");
        }

        stream.Position -= EcdcMagic.ByteCount;
        EcdcModel? model = null;
        IEcdcReader reader = OpenVersion0(
            stream, name => (model ??= modelOf(name)).Model.Config.ToEcdcGeometry(), name => (model ??= modelOf(name)).LanguageModel);
        return new EcdcAudioSource(reader, (model ?? modelOf(reader.Geometry.Model)).Model, options.Threads);
    }

    private static EcdcV1AudioSource OpenVersion1(Stream stream, Func<string, EcdcModel> modelOf, EcdcOpenOptions options)
    {
        stream.Position -= EcdcMagic.ByteCount;
        long start = stream.Position;
        EcdcMagic.ReadVersion(stream);
        EcdcV1Header header = EcdcV1Header.ReadAfterVersion(stream, out _, out _);
        EcdcModel model = modelOf(header.Geometry.Model);
        stream.Position = start;
        EntropyModel? languageModel = header.CoderFingerprint.IsEmpty ? null : model.LanguageModel
            ?? throw new BitstreamException(
                $"The codes are entropy-coded with a language model of '{header.Geometry.Model}', which is not at hand. Install or name it.",
                EcdcMagic.ByteCount,
                "language model fingerprint");
        var read = new EcdcV1ReadOptions
        {
            Coder = languageModel is null ? null : new EntropyChunkCoder(languageModel),
            CodecFingerprint = model.Fingerprint.ToBytes(),
            Damage = options.Damage,
        };
        EcdcV1Reader reader = EcdcV1Reader.Open(stream, read);
        if (options.StartSample > reader.LengthSamples)
        {
            throw new BitstreamException(
                $"The file has {reader.LengthSamples} samples; decoding was to begin at sample {options.StartSample}.", -1, "index");
        }

        return new EcdcV1AudioSource(reader, model.Model, options.Threads, options.StartSample);
    }
}
