#if Tool
  import ArgumentParser
#endif
print("fer")
