using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Sampling;
using AudioCodec.Generation.Transformer;
using AudioCodec.Generation.Windows;
using AudioCodec.Text;

namespace AudioCodec.Generation.Takes;

/// <summary>Makes the codes of several takes, step by step. Memory does not grow with their length.</summary>
/// <remarks>
/// A take's codes do not depend on the others in the batch. With guidance a take has two rows of the model's batch: its text's, then the other one's. One
/// thread at a time may use an instance.
/// </remarks>
internal sealed class TakeBatch : IDisposable
{
    private readonly TokenModelConfig _config;
    private readonly TakeSettings _settings;
    private readonly IReadOnlyList<TakeRequest> _takes;
    private readonly WindowSteps _steps;
    private readonly IEnumerator<GenerationWindow> _windows;
    private readonly ITokenBatch _rows;
    private readonly List<ushort>[] _complete;

    // For each take the codes of the window, [F, K], -1 for those that are not known.
    private readonly int[][] _codes;
    private readonly int[] _fed;
    private readonly float[] _logits;
    private readonly int _rowsPerTake;
    private GenerationWindow _window;
    private PatternLayout _layout;
    private int _step;
    private int _lastStep = -1;
    private int _windowFramesDone;

    /// <summary>Prepares a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="takes">The takes, at least one.</param>
    /// <param name="settings">How they are made.</param>
    /// <exception cref="ArgumentException">A text has another width than the model's, or the pattern does not suit generation.</exception>
    public TakeBatch(ITokenModel model, IReadOnlyList<TakeRequest> takes, TakeSettings settings)
    {
        _config = model.Config;
        _settings = settings;
        _takes = takes;
        _steps = new WindowSteps(settings.Pattern, settings.ExtraFrames);
        long promptFrames = settings.Prompt.Length / _config.Codebooks;
        IEnumerable<GenerationWindow> windows = WindowPlan.Of(promptFrames, settings.Frames, settings.WindowFrames, settings.StrideFrames);
        int capacity = 1;
        int longest = 1;
        foreach (GenerationWindow window in windows)
        {
            StepsTotal += _steps.Last(window) - _steps.First(window) + 1;
            capacity = Math.Max(capacity, _steps.Last(window));
            longest = Math.Max(longest, _steps.Layout(window).Frames);
        }

        _layout = settings.Pattern.Layout(1);
        _windows = windows.GetEnumerator();
        _rowsPerTake = settings.Guidance != 1 && takes.Any(take => take.Text != take.Against) ? 2 : 1;
        _rows = model.Open([.. takes.SelectMany(Rows)], capacity, settings.Threads);
        _codes = [.. takes.Select(_ => new int[longest * _config.Codebooks])];
        _complete = [.. takes.Select(_ => new List<ushort>())];
        _fed = new int[_rows.Rows * capacity * _config.Codebooks];
        _logits = new float[_rows.Rows * _config.Codebooks * _config.CodebookSize];
        foreach (List<ushort> complete in _complete)
        {
            complete.AddRange(settings.Prompt.Span);
        }

        FramesDone = promptFrames;
    }

    /// <summary>Steps taken.</summary>
    public long StepsDone { get; private set; }

    /// <summary>Steps of the whole generation.</summary>
    public long StepsTotal { get; }

    /// <summary>Frames that are complete in all codebooks, the prompt's included.</summary>
    public long FramesDone { get; private set; }

    /// <summary>Takes the frames of a take that were completed since the last call.</summary>
    /// <param name="take">Index of the take.</param>
    /// <returns>[F, K].</returns>
    public ushort[] Drain(int take)
    {
        ushort[] codes = [.. _complete[take]];
        _complete[take].Clear();
        return codes;
    }

    /// <summary>Takes a step.</summary>
    /// <returns>Whether there was one left.</returns>
    /// <exception cref="CheckpointException">The model's output is not a number, which is a fault of its weights.</exception>
    public bool Step()
    {
        if (_step > _lastStep && !NextWindow())
        {
            return false;
        }

        int fedFrom = _rows.Steps;
        Span<int> fed = _fed.AsSpan(0, _rows.Rows * (_step - fedFrom) * _config.Codebooks);
        Feed(fedFrom, fed);
        _rows.Advance(fed, _logits);
        for (int take = 0; take < _takes.Count; take++)
        {
            ChooseTokens(take);
        }

        CompleteFrames();
        _step++;
        StepsDone++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _windows.Dispose();
    }

    private IEnumerable<TextStates?> Rows(TakeRequest take) => _rowsPerTake == 1 ? [take.Text] : [take.Text, take.Against];

    /// <summary>Goes on to the next window: what it shares with the one before is its prompt.</summary>
    private bool NextWindow()
    {
        GenerationWindow before = _window;
        if (!_windows.MoveNext())
        {
            return false;
        }

        bool first = _lastStep < 0;
        _window = _windows.Current;
        _layout = _steps.Layout(_window);
        _step = _steps.First(_window);
        _lastStep = _steps.Last(_window);
        _windowFramesDone = _window.PromptFrames;
        _rows.Reset();
        int places = _window.PromptFrames * _config.Codebooks;
        for (int take = 0; take < _codes.Length; take++)
        {
            Span<int> codes = _codes[take];
            if (first)
            {
                ReadOnlySpan<ushort> prompt = _settings.Prompt.Span[(_settings.Prompt.Length - places)..];
                for (int place = 0; place < places; place++)
                {
                    codes[place] = prompt[place];
                }
            }
            else
            {
                int from = (int)(_window.FirstFrame - before.FirstFrame) * _config.Codebooks;
                codes.Slice(from, places).CopyTo(codes);
            }

            codes[places..].Fill(-1);
        }

        return true;
    }

    /// <summary>Writes the steps that the model has not seen yet, [B, steps, K], the same ones for the rows of a take.</summary>
    private void Feed(int from, Span<int> fed)
    {
        int place = 0;
        for (int row = 0; row < _rows.Rows; row++)
        {
            int[] codes = _codes[row / _rowsPerTake];
            for (int step = from; step < _step; step++)
            {
                for (int codebook = 0; codebook < _config.Codebooks; codebook++)
                {
                    fed[place++] = _layout.HasCode(step, codebook) ? codes[(_layout.FrameAt(step, codebook) * _config.Codebooks) + codebook] : _config.CodebookSize;
                }
            }
        }
    }

    private void ChooseTokens(int take)
    {
        int size = _config.CodebookSize;
        int row = _config.Codebooks * size;
        Span<float> logits = _logits.AsSpan(take * _rowsPerTake * row, _rowsPerTake * row);
        if (_rowsPerTake == 2)
        {
            Guidance.Apply(logits[..row], logits[row..], _settings.Guidance, logits[..row]);
        }

        for (int codebook = 0; codebook < _config.Codebooks; codebook++)
        {
            int frame = _layout.FrameAt(_step, codebook);
            if (!_layout.HasCode(_step, codebook) || _codes[take][(frame * _config.Codebooks) + codebook] >= 0)
            {
                continue;
            }

            double u = TokenUniforms.At(_takes[take].Seed, _takes[take].Number, _window.FirstFrame + frame, codebook);
            int token = TokenSampler.Choose(logits.Slice(codebook * size, size), _settings.Sampling, u);
            _codes[take][(frame * _config.Codebooks) + codebook] = token >= 0 ? token : throw NotFinite(frame, codebook);
        }
    }

    private void CompleteFrames()
    {
        int from = _windowFramesDone;
        while (_windowFramesDone < _window.Frames && _layout.LastStepOf(_windowFramesDone) <= _step)
        {
            _windowFramesDone++;
        }

        FramesDone += _windowFramesDone - from;
        for (int take = 0; take < _codes.Length; take++)
        {
            for (int place = from * _config.Codebooks; place < _windowFramesDone * _config.Codebooks; place++)
            {
                _complete[take].Add((ushort)_codes[take][place]);
            }
        }
    }

    private CheckpointException NotFinite(int frame, int codebook) => new(
        $"{_settings.Weights}: the transformer's output for codebook {codebook} of frame {_window.FirstFrame + frame} is not a number or infinite. "
        + "The weights are damaged, or out of the range of the format that they are kept in.",
        _settings.Weights);
}
