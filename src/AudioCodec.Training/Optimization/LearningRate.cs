using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Optimization;

/// <summary>Learning rate over a run: linear warm-up, then constant or a cosine down to a share of it; once more from the restart step on.</summary>
internal static class LearningRate
{
    /// <summary>The rate of step <paramref name="step"/>, counted from 0.</summary>
    public static double At(OptimizerSettings settings, double peak, long step, long steps)
    {
        if (settings.RestartStep > 0 && step >= settings.RestartStep)
        {
            (step, steps, peak) = (step - settings.RestartStep, steps - settings.RestartStep, peak * settings.RestartRatio);
        }
        else if (settings.RestartStep > 0)
        {
            steps = settings.RestartStep;
        }

        double warmup = settings.WarmupSteps > 0 ? Math.Min(1, (step + 1.0) / settings.WarmupSteps) : 1;
        if (settings.Schedule == "constant")
        {
            return peak * warmup;
        }

        double progress = Math.Clamp((double)(step - settings.WarmupSteps) / Math.Max(1, steps - settings.WarmupSteps), 0, 1);
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * progress));
        return peak * warmup * (settings.FinalRatio + ((1 - settings.FinalRatio) * cosine));
    }
}
