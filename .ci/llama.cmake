# Read by the build of llama-cpp-python, whose own options can turn neither of these.
# llama.cpp's helpers for its programs take half of the compilation, and the package ships none.
set(LLAMA_BUILD_COMMON OFF)
# The heavy arithmetic is in ggml and stays at -O3; libllama only sets it up.
cmake_language(DEFER CALL target_compile_options llama PRIVATE -O1)
