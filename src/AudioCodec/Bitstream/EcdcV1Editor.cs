namespace AudioCodec.Bitstream;

/// <summary>Joins and cuts version-1 files without re-encoding.</summary>
internal static class EcdcV1Editor
{
    /// <summary>Joins files of one model: the result decodes to their outputs one after the other, sample for sample.</summary>
    /// <param name="inputs">The files; each decodes with a fresh decoder, as a stretch of its own.</param>
    /// <param name="output">Destination; need not be seekable.</param>
    /// <param name="tags">Tags of the result; those of the first file where <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The files were not made with the same model, codebooks and language model.</exception>
    /// <exception cref="BitstreamException">A chunk is damaged, in a file that is read without concealment.</exception>
    public static void Concat(IReadOnlyList<EcdcV1Reader> inputs, Stream output, EcdcTags? tags = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfZero(inputs.Count);
        EcdcV1Header header = CommonHeader(inputs);
        var file = new EcdcV1Output(output, header, tags ?? inputs[0].Tags);
        foreach (EcdcV1Reader input in inputs)
        {
            foreach (EcdcStretch stretch in input.Stretches)
            {
                file.BeginStretch(stretch.SkipSamples);
                for (int i = 0; i < stretch.ChunkCount; i++)
                {
                    CopyChunk(input, stretch.FirstChunk + i, file);
                }

                file.EndStretch(stretch.CodedSamples, stretch.SkipSamples, stretch.LengthSamples);
            }
        }

        bool lengthsKnown = header.OriginalSampleRateHz > 0 && inputs.All(i => i.OriginalLengthSamples >= 0);
        bool bitsKnown = inputs.All(i => i.CodebookBits.Count == header.Codebooks);
        long[] bits = bitsKnown ? [.. Enumerable.Range(0, header.Codebooks).Select(k => inputs.Sum(i => i.CodebookBits[k]))] : [];
        file.Finish(lengthsKnown ? inputs.Sum(i => i.OriginalLengthSamples) : -1, bits);
    }

    /// <summary>Cuts out a part: whole chunks are kept, and the samples before and after the part are marked to be dropped.</summary>
    /// <param name="input">The file.</param>
    /// <param name="startSample">First sample kept, in the file's output at the model's rate.</param>
    /// <param name="lengthSamples">Samples kept; cut at the file's end.</param>
    /// <param name="warmUpFrames">Frames to keep before the part for the decoder to warm up (models without segments).</param>
    /// <param name="output">Destination; need not be seekable.</param>
    /// <exception cref="BitstreamException">A chunk is damaged, in a file that is read without concealment.</exception>
    public static void Trim(EcdcV1Reader input, long startSample, long lengthSamples, int warmUpFrames, Stream output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(startSample);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthSamples);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUpFrames);
        long end = startSample > input.LengthSamples ? input.LengthSamples : startSample + Math.Min(lengthSamples, input.LengthSamples - startSample);
        var file = new EcdcV1Output(output, input.Header, input.Tags);
        long at = 0;
        for (int i = 0; i < input.Stretches.Count; i++)
        {
            EcdcStretch stretch = input.Stretches[i];
            long from = Math.Max(startSample, at);
            long to = Math.Min(end, at + stretch.LengthSamples);
            if (from < to)
            {
                CopyPart(input, i, from - at + stretch.SkipSamples, to - from, warmUpFrames, file);
            }

            at += stretch.LengthSamples;
        }

        EcdcV1Header header = input.Header;
        bool known = header.OriginalSampleRateHz > 0 && input.OriginalLengthSamples >= 0;
        Int128 original = (Int128)Math.Max(0, end - startSample) * header.OriginalSampleRateHz / header.Geometry.SampleRateHz;
        file.Finish(known ? (long)original : -1, []);
    }

    private static void CopyPart(EcdcV1Reader input, int stretchIndex, long sample, long lengthSamples, int warmUpFrames, EcdcV1Output file)
    {
        EcdcStretch stretch = input.Stretches[stretchIndex];
        (int chunk, long frame) = EcdcSeekPoint.ChunkFor(input, stretch, EcdcSeekPoint.FirstFrame(input.Header.Geometry, sample, warmUpFrames));
        long start = input.SampleOf(frame);
        long skip = sample - start;
        int endChunk = stretch.FirstChunk + stretch.ChunkCount;
        file.BeginStretch(skip);
        for (; chunk < endChunk && input.SampleOf(frame) < sample + lengthSamples; chunk++)
        {
            CopyChunk(input, chunk, file);
            frame += input.Chunks[chunk].Frames;
        }

        long coded = (chunk == endChunk ? stretch.CodedSamples : input.SampleOf(frame)) - start;
        file.EndStretch(coded, skip, lengthSamples);
    }

    /// <summary>Copies a chunk. A damaged one of a file that is read with concealment stays one, so that its place is concealed later.</summary>
    private static void CopyChunk(EcdcV1Reader input, int number, EcdcV1Output file)
    {
        EcdcChunkInfo info = input.Chunks[number];
        EcdcChunk chunk;
        try
        {
            chunk = input.ReadChunk(number);
        }
        catch (BitstreamException fault) when (input.Options.Damage == DamagePolicy.Conceal)
        {
            (long start, long length) = input.OutputOf(number);
            input.Report(new EcdcDamage(number, info.Offset, start, length, fault.Message));
            file.WriteLostChunk(info.Frames);
            return;
        }

        file.WriteChunk(chunk, info.Frames);
    }

    private static EcdcV1Header CommonHeader(IReadOnlyList<EcdcV1Reader> inputs)
    {
        EcdcV1Header first = inputs[0].Header;
        ReadOnlyMemory<byte> coder = first.CoderFingerprint;
        bool sameOriginal = true;
        bool sameDecoder = true;
        foreach (EcdcV1Reader input in inputs)
        {
            EcdcV1Header header = input.Header;
            bool sameCoder = coder.IsEmpty || header.CoderFingerprint.IsEmpty || coder.Span.SequenceEqual(header.CoderFingerprint.Span);
            if (header.Geometry != first.Geometry || header.Codebooks != first.Codebooks || !sameCoder
                || !header.CodecFingerprint.Span.SequenceEqual(first.CodecFingerprint.Span))
            {
                throw new ArgumentException(
                    $"The files cannot be joined: one has {first.Codebooks} codebooks of '{first.Geometry.Model}', another {header.Codebooks} of "
                    + $"'{header.Geometry.Model}', or their weights or language models differ. Decompress and compress them again.",
                    nameof(inputs));
            }

            coder = coder.IsEmpty ? header.CoderFingerprint : coder;
            sameDecoder &= header.DecoderFingerprint.Span.SequenceEqual(first.DecoderFingerprint.Span);
            sameOriginal &= header.OriginalSampleRateHz == first.OriginalSampleRateHz && header.OriginalChannels == first.OriginalChannels;
        }

        return first with
        {
            CoderFingerprint = coder,
            DecoderFingerprint = sameDecoder ? first.DecoderFingerprint : ReadOnlyMemory<byte>.Empty,
            MaxChunkFrames = inputs.Max(i => i.Header.MaxChunkFrames),
            OriginalSampleRateHz = sameOriginal ? first.OriginalSampleRateHz : 0,
            OriginalChannels = sameOriginal ? first.OriginalChannels : 0,
        };
    }
}
