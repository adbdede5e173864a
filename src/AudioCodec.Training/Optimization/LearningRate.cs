using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Optimization;

/// <summary>Learning rate over a run: linear warm-up, then constant, a cosine down to a share of it, or the inverse root of the step; once more from the restart step on.</summary>
internal static class LearningRate
{
    /// <summary>The rate of a step.</summary>
    /// <param name="settings">The schedule.</param>
    /// <param name="peak">The rate after the warm-up.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="start">Step at which that begins to train whose rate is asked for: it warms up from there, and then follows the schedule of the run.</param>
    public static double At(OptimizerSettings settings, double peak, long step, long steps, long start = 0)
    {
        double late = start > 0 && settings.WarmupSteps > 0 ? Math.Min(1, (step - start + 1.0) / settings.WarmupSteps) : 1;
        if (settings.RestartStep > 0 && step >= settings.RestartStep)
        {
            (step, steps, peak) = (step - settings.RestartStep, steps - settings.RestartStep, peak * settings.RestartRatio);
        }
        else if (settings.RestartStep > 0)
        {
            steps = settings.RestartStep;
        }

        double warmup = settings.WarmupSteps > 0 ? Math.Min(late, (step + 1.0) / settings.WarmupSteps) : 1;
        if (settings.Schedule == "constant")
        {
            return peak * warmup;
        }

        if (settings.Schedule == "inverse_sqrt")
        {
            // arXiv 1706.03762, section 5.3.
            return peak * warmup * Math.Sqrt(Math.Min(1, settings.WarmupSteps / (step + 1.0)));
        }

        double progress = Math.Clamp((double)(step - settings.WarmupSteps) / Math.Max(1, steps - settings.WarmupSteps), 0, 1);
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * progress));
        return peak * warmup * (settings.FinalRatio + ((1 - settings.FinalRatio) * cosine));
    }
}
