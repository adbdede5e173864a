using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.LibTorch.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void StateDict_NamesAreFieldsAndPositions()
    {
        Needs.LibTorch();
        using Net net = new();
        string[] expected =
        [
            "gain", "blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "blocks.1.bias", "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0",
            "lstm.weight_ih_l1", "lstm.weight_hh_l1", "lstm.bias_ih_l1", "lstm.bias_hh_l1", "head.first.weight", "head.first.bias", "table",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), net.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["table"], net.named_buffers().Select(b => b.name));
        Assert.Equal(15, net.parameters().Count());
    }

    [Fact]
    public void LoadStateDict_CopiesAndChecksNames()
    {
        Needs.LibTorch();
        manual_seed(1);
        using Net a = new();
        using Net b = new();
        b.load_state_dict(a.state_dict());
        Assert.All(a.state_dict(), pair => Assert.True(pair.Value.Equals(b.state_dict()[pair.Key])));
        Dictionary<string, Tensor> short_ = a.state_dict();
        short_.Remove("gain");
        Assert.Throws<InvalidOperationException>(() => b.load_state_dict(short_));
        Assert.Equal(["gain"], b.load_state_dict(short_, strict: false).missing_keys);
    }

    [Fact]
    public void To_ConvertsParametersAndFields_KeepsIntegers()
    {
        Needs.LibTorch();
        using Net net = new Net().to(float64);
        Assert.All(net.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal(ScalarType.Float64, net.Gain.dtype);
        Assert.Equal(ScalarType.Int64, net.get_buffer("table")!.dtype); // registered by the constructor
        using Tensor y = net.call(ones(1, 2, 9, float64));
        Assert.Equal(ScalarType.Float64, y.dtype);
    }

    [Fact]
    public void TrainAndEval_ReachChildren()
    {
        Needs.LibTorch();
        using Net net = new();
        net.eval();
        Assert.All(net.modules(), m => Assert.False(m.training));
        net.train();
        Assert.All(net.modules(), m => Assert.True(m.training));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Adam_FollowsItsFormula(bool decoupled)
    {
        Needs.LibTorch();
        using Parameter p = new(tensor(new[] { 1.0, -2.0 }));
        using OptimizerHelper optimizer = decoupled
            ? optim.AdamW([p], lr: 0.1, beta1: 0.5, beta2: 0.9, eps: 1e-8, weight_decay: 0.01)
            : optim.Adam([p], lr: 0.1, beta1: 0.5, beta2: 0.9, eps: 1e-8, weight_decay: 0.01);
        double[] w = [1, -2];
        double[] m = [0, 0];
        double[] v = [0, 0];
        for (int step = 1; step <= 5; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            p.pow(3).sum().backward();
            optimizer.step();
            for (int i = 0; i < 2; i++)
            {
                double g = 3 * w[i] * w[i];
                (w[i], g) = decoupled ? (w[i] * (1 - (0.1 * 0.01)), g) : (w[i], g + (0.01 * w[i]));
                m[i] = (0.5 * m[i]) + (0.5 * g);
                v[i] = (0.9 * v[i]) + (0.1 * g * g);
                w[i] -= 0.1 / (1 - Math.Pow(0.5, step)) * m[i] / (Math.Sqrt(v[i] / (1 - Math.Pow(0.9, step))) + 1e-8);
            }
        }

        double[] result = p.data<double>().ToArray();
        Assert.Equal(w[0], result[0], 12);
        Assert.Equal(w[1], result[1], 12);
    }

    [Fact]
    public void OptimizerAndGenerator_SavedAndRestored_ContinueExactly()
    {
        Needs.LibTorch();
        manual_seed(9);
        using Linear whole = nn.Linear(3, 2);
        using Linear resumed = nn.Linear(3, 2);
        resumed.load_state_dict(whole.state_dict());
        using Adam a = optim.Adam(whole.parameters());
        Steps(whole, a, 5);
        using MemoryStream saved = new();
        using BinaryWriter writer = new(saved, System.Text.Encoding.UTF8, leaveOpen: true);
        a.save_state_dict(writer);
        using Tensor random = get_rng_state();
        resumed.load_state_dict(whole.state_dict());
        Steps(whole, a, 5);

        using Adam b = optim.Adam(resumed.parameters(), lr: 0.7);
        saved.Position = 0;
        using BinaryReader reader = new(saved);
        b.load_state_dict(reader);
        set_rng_state(random);
        Steps(resumed, b, 5);
        Assert.True(whole.weight.Equals(resumed.weight));
        Assert.True(whole.bias!.Equals(resumed.bias!)); // both were made with a bias
    }

    [Fact]
    public void Schedules_FollowTheirFormulas()
    {
        Needs.LibTorch();
        using Parameter p = new(zeros(1));
        using Adam optimizer = optim.Adam([p], lr: 2.0);
        var cosine = optim.lr_scheduler.CosineAnnealingLR(optimizer, 10, 0.5);
        cosine.step();
        cosine.step();
        Assert.Equal(0.5 + (1.5 * (1 + Math.Cos(Math.PI * 0.2)) / 2), optimizer.ParamGroups.Single().LearningRate, 12);
        var lambda = optim.lr_scheduler.LambdaLR(optimizer, n => 1.0 / (1 + n));
        lambda.step();
        Assert.Equal(1.0, lambda.get_last_lr().Single(), 12);
    }

    private static void Steps(Linear layer, Adam optimizer, int n)
    {
        for (int i = 0; i < n; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            layer.call(randn(4, 3)).square().mean().backward();
            optimizer.step();
        }
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = "gain")]
        private readonly Parameter _gain;

        [ComponentName(Name = "blocks")]
        private readonly ModuleList<Conv1d> _blocks;

        [ComponentName(Name = "lstm")]
        private readonly LSTM _lstm;

        [ComponentName(Name = "head")]
        private readonly Sequential _head;

        [ComponentName(Name = "table")]
        private readonly Tensor _table;


        public Net()
            : base(nameof(Net))
        {
            _gain = new Parameter(ones(1));
            _blocks = nn.ModuleList(nn.Conv1d(2, 4, 3), nn.Conv1d(4, 4, 3));
            _lstm = nn.LSTM(4, 4, numLayers: 2);
            _head = nn.Sequential(("first", nn.Linear(4, 2)), ("second", nn.ELU()));
            _table = arange(3, dtype: int64);
            RegisterComponents();
        }

        public Tensor Gain => _gain;

        public override Tensor forward(Tensor input)
        {
            Tensor x = input * _gain;
            foreach (Conv1d block in _blocks)
            {
                x = block.call(x);
            }

            return _head.call(_lstm.call(x.permute(2, 0, 1)).Item1) * _table.sum();
        }
    }
}
