using static TorchSharp.torch;
namespace VicRegSweeps.Trials;
public static class Safetensors {
  public static void Write(string path, IReadOnlyDictionary<string, Tensor> t, IReadOnlyDictionary<string,string> m) {}
  public static (IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string,string> Metadata) Read(string path) => throw new NotImplementedException();
}
