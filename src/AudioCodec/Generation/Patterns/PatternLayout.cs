namespace AudioCodec.Generation.Patterns;

/// <summary>Where each code of F frames and K codebooks stands in a sequence of S steps, each of which has one place per codebook.</summary>
/// <remarks>Read-only. A place without a code holds the special token.</remarks>
public sealed class PatternLayout
{
    // [S, K]: the frame in each place, -1 for none; F and above for one that is not there.
    private readonly int[] _frames;
    private readonly int[] _firstSteps;
    private readonly int[] _lastSteps;

    internal PatternLayout(int codebooks, int frames, IEnumerable<IReadOnlyList<CodePlace>> steps)
    {
        Codebooks = codebooks;
        Frames = frames;
        _firstSteps = new int[frames];
        _lastSteps = new int[frames];
        Array.Fill(_firstSteps, -1);
        var places = new List<int>();
        int end = 0;
        int step = 0;
        foreach (IReadOnlyList<CodePlace> codes in steps)
        {
            places.AddRange(Enumerable.Repeat(-1, codebooks));
            foreach (CodePlace code in codes)
            {
                places[(step * codebooks) + code.Codebook] = code.Frame;
                end = Math.Max(end, step > 0 ? code.Frame + 1 : 0);
                if (code.Frame < frames)
                {
                    _firstSteps[code.Frame] = _firstSteps[code.Frame] < 0 ? step : _firstSteps[code.Frame];
                    _lastSteps[code.Frame] = step;
                }
            }

            step++;
        }

        _frames = [.. places];
        Steps = step;
        MaxDelay = Math.Max(0, end - frames);
    }

    /// <summary>Codebooks, K.</summary>
    public int Codebooks { get; }

    /// <summary>Frames, F.</summary>
    public int Frames { get; }

    /// <summary>Steps, S, those without codes included.</summary>
    public int Steps { get; }

    /// <summary>Frames by which the last codebook is behind the first; as many frames at the end are made from steps that training does not have.</summary>
    public int MaxDelay { get; }

    /// <summary>Steps used in training: before the first one in which a codebook has run out of frames.</summary>
    public int TrainingSteps => Steps - MaxDelay;

    /// <summary>The frame whose code stands in a place, or -1 where none does; F and above in places that a longer recording would fill.</summary>
    /// <param name="step">Step, 0 to S - 1.</param>
    /// <param name="codebook">Codebook, 0 to K - 1.</param>
    public int FrameAt(int step, int codebook) => _frames[(step * Codebooks) + codebook];

    /// <summary>Whether a code stands in a place.</summary>
    /// <param name="step">Step, 0 to S - 1.</param>
    /// <param name="codebook">Codebook, 0 to K - 1.</param>
    public bool HasCode(int step, int codebook) => (uint)FrameAt(step, codebook) < (uint)Frames;

    /// <summary>The first step that holds a code of a frame.</summary>
    /// <param name="frame">Frame, 0 to F - 1.</param>
    public int FirstStepOf(int frame) => _firstSteps[frame];

    /// <summary>The last step that holds a code of a frame, after which it is complete.</summary>
    /// <param name="frame">Frame, 0 to F - 1.</param>
    public int LastStepOf(int frame) => _lastSteps[frame];

    /// <summary>Puts codes into the steps of a sequence.</summary>
    /// <param name="codes">[F, K].</param>
    /// <param name="special">The special token, for places without a code.</param>
    /// <param name="steps">Receives [steps, K]: the first steps, as many as it has room for; <see cref="TrainingSteps"/> of them are used in training.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Build(ReadOnlySpan<int> codes, int special, Span<int> steps)
    {
        RequireCodes(codes.Length, nameof(codes));
        int places = RequireSteps(steps.Length, nameof(steps));
        for (int place = 0; place < places; place++)
        {
            int frame = _frames[place];
            steps[place] = (uint)frame < (uint)Frames ? codes[(frame * Codebooks) + (place % Codebooks)] : special;
        }
    }

    /// <summary>Takes the codes out of the steps of a sequence.</summary>
    /// <param name="steps">[steps, K]: the first steps of the sequence.</param>
    /// <param name="missing">What stands for a code that none of these steps holds.</param>
    /// <param name="codes">Receives [F, K].</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Revert(ReadOnlySpan<int> steps, int missing, Span<int> codes)
    {
        RequireCodes(codes.Length, nameof(codes));
        int places = RequireSteps(steps.Length, nameof(steps));
        codes.Fill(missing);
        for (int place = 0; place < places; place++)
        {
            int frame = _frames[place];
            if ((uint)frame < (uint)Frames)
            {
                codes[(frame * Codebooks) + (place % Codebooks)] = steps[place];
            }
        }
    }

    /// <summary>Marks the places that hold codes.</summary>
    /// <param name="mask">Receives [steps, K]: the first steps, as many as it has room for.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    /// <remarks>Step s of a model's output predicts step s + 1: its loss counts where the mask of step s + 1 is set.</remarks>
    public void Mask(Span<bool> mask)
    {
        int places = RequireSteps(mask.Length, nameof(mask));
        for (int place = 0; place < places; place++)
        {
            mask[place] = (uint)_frames[place] < (uint)Frames;
        }
    }

    private void RequireCodes(int length, string parameter)
    {
        if (length != Frames * Codebooks)
        {
            throw new ArgumentException($"{length} codes are not {Frames} frames of {Codebooks}.", parameter);
        }
    }

    private int RequireSteps(int length, string parameter) => length % Codebooks == 0 && length <= _frames.Length
        ? length
        : throw new ArgumentException($"{length} places are not steps of {Codebooks}, or more than {Steps} of them.", parameter);
}
