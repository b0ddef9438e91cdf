import Benchmark
import FERModels
import Workloads

/// Pictures made ready for a training on one thread: 64 files of 100 pixels a side become a batch at 224 pixels.
let benchmarks: @Sendable () -> Void = {
  for format in [PictureFolder.Format.jpeg, .png] {
    let folder = Kept<PictureFolder?>(nil)
    Benchmark(
      "64 pictures, \(format.rawValue)",
      configuration: .init(metrics: [.wallClock, .peakMemoryResident], warmupIterations: 1, maxDuration: .seconds(5))
    ) { (benchmark, workload: Kept<LoadingWorkload>) in
      benchmark.startMeasurement()
      try workload.value.epoch()
      benchmark.stopMeasurement()
    } setup: {
      let made = try PictureFolder(count: LoadingWorkload.batchSize, size: 100, format: format)
      folder.value = made
      return Kept(try LoadingWorkload(folder: made.path))
    } teardown: {
      try folder.value?.remove()
    }
  }
}
