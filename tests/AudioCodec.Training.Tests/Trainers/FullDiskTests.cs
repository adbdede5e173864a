using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

/// <summary>A run whose folder cannot be written keeps its last checkpoint, says so, and goes on once it can.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Run_DiskFull_KeepsTheCheckpointAndGoesOnLater()
    {
        TestTorch.Require();
        using SmallDisk? disk = SmallDisk.Mount(1 << 20);
        Assert.SkipWhen(disk is null, SmallDisk.Unavailable);
        string run = Path.Combine(disk!.Root, "run");
        CodecTrainSettings settings = Settings();
        _tiny.Train(settings, run, 4);
        string[] files = disk.Files("run");
        Dictionary<string, byte[]> before = files.Where(IsCheckpoint).ToDictionary(f => f, f => File.ReadAllBytes(Path.Combine(run, f)));
        disk.Fill();

        TrainingException error = Assert.Throws<TrainingException>(() => _tiny.Train(settings, run, 8));

        Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<IOException>(error.InnerException);
        Assert.DoesNotContain(disk.Files("run"), f => f.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Contains("state.safetensors", before.Keys);
        Assert.All(before, f => Assert.Equal(f.Value, File.ReadAllBytes(Path.Combine(run, f.Key))));
        Assert.Equal("4", StepOf(run));

        disk.Free();
        _tiny.Train(settings, run, 8);
        Assert.Equal("8", StepOf(run));
    }

    [Fact]
    public void Run_StateCannotTakeItsName_KeepsTheCheckpointAndGoesOnLater()
    {
        TestTorch.Require();
        string run = _tiny.Folder("run");
        CodecTrainSettings settings = Settings();
        _tiny.Train(settings, run, 4);
        byte[] before = File.ReadAllBytes(Path.Combine(run, "state.safetensors"));
        string obstacle = Path.Combine(run, "state.next.safetensors");
        Directory.CreateDirectory(Path.Combine(obstacle, "inner"));

        TrainingException error = Assert.Throws<TrainingException>(() => _tiny.Train(settings, run, 8));

        Assert.Contains(run, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(run, "state.safetensors")));
        Assert.Empty(Directory.GetFiles(run, "*.tmp"));

        Directory.Delete(obstacle, recursive: true);
        _tiny.Train(settings, run, 8);
        Assert.Equal("8", StepOf(run));
    }

    /// <summary>The process may be killed when the old state has its new name and the new state not yet.</summary>
    [Fact]
    public void Run_KilledBetweenTheRenames_GoesOnFromTheNewState()
    {
        TestTorch.Require();
        string run = _tiny.Folder("run");
        CodecTrainSettings settings = Settings();
        _tiny.Train(settings, run, 8);
        File.Move(Path.Combine(run, "state.safetensors"), Path.Combine(run, "state.next.safetensors"));

        using (var trainer = new CodecTrainer(settings, _tiny.Options(run)))
        {
            Assert.Equal(8, trainer.StepsDone);
        }

        File.Delete(Path.Combine(run, "state.next.safetensors"));
        using var older = new CodecTrainer(settings, _tiny.Options(run));
        Assert.Equal(4, older.StepsDone);
    }

    private static bool IsCheckpoint(string file) => file.EndsWith(".safetensors", StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".yaml", StringComparison.Ordinal);

    private static CodecTrainSettings Settings()
    {
        CodecTrainSettings settings = TinyRun.Settings();
        (settings.Run.Steps, settings.Run.SaveEvery, settings.Run.LogEvery) = (8, 4, 100);
        return settings;
    }

    private static string StepOf(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(run, "state.safetensors"));
        return file.Metadata["step"];
    }
}
