# SPDX-License-Identifier: Apache-2.0
#
# twinwire-mutants-0 .. 7: the simulator with the RTL as `yosys mutate` writes it, each with an eighth of the mutants behind `--mutant N`
# (mutant N is in program N modulo 8). `make mutate` builds them; nothing is done for them before.
find_program(YOSYS yosys)
if(NOT YOSYS)
  message(STATUS "no yosys (Debian: yosys): no target twinwire-mutants")
  return()
endif()
set(programs 8) # PROGRAMS of rtl_mutants.py
math(EXPR last "${programs} - 1")
set(mutants ${PROJECT_BINARY_DIR}/mutants)
set(outputs ${mutants}/mutants.c ${mutants}/mutants.json ${mutants}/mutant_pkg.sv)
foreach(k RANGE ${last})
  set(sv_${k} ${rtl_sources})
  list(TRANSFORM sv_${k} PREPEND ${mutants}/${k}/)
  list(APPEND outputs ${sv_${k}})
endforeach()
add_custom_command(OUTPUT ${outputs}
  COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tb/mutate/rtl_mutants.py ${PROJECT_SOURCE_DIR} ${mutants}
  DEPENDS tb/mutate/rtl_mutants.py ${rtl_sources} COMMENT "Mutating the RTL" VERBATIM)

set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
set(include ${verilator_DIR}/include)
add_library(mutants_runtime STATIC EXCLUDE_FROM_ALL
  ${include}/verilated.cpp ${include}/verilated_dpi.cpp ${include}/verilated_vcd_c.cpp ${include}/verilated_threads.cpp tb/mutate/mutant.c ${mutants}/mutants.c)
target_include_directories(mutants_runtime SYSTEM PUBLIC ${include} ${include}/vltstd)
target_include_directories(mutants_runtime PUBLIC tb/mutate)
target_compile_definitions(mutants_runtime PUBLIC TWINWIRE_MUTANTS VM_TRACE=1 VM_TRACE_VCD=1 VM_TRACE_FST=0 VM_COVERAGE=0 VM_SC=0 VL_TIME_CONTEXT)

# One Vtb_top.h is like the other: the class in front of the model.
add_library(mutants_wrappers OBJECT EXCLUDE_FROM_ALL ${wrapper_sources} ${mutants}/0/verilated/all.cc)
set_source_files_properties(${mutants}/0/verilated/all.cc PROPERTIES HEADER_FILE_ONLY ON)
target_include_directories(mutants_wrappers SYSTEM PRIVATE ${mutants}/0/verilated)
target_link_libraries(mutants_wrappers PRIVATE ours mutants_runtime twinwire_tb)

set(board_sv ${board_sv_sources})
list(TRANSFORM board_sv PREPEND ${PROJECT_SOURCE_DIR}/)
add_custom_target(twinwire-mutants)
foreach(k RANGE ${last}) # not with verilate(), which would Verilate all of them whenever CMake runs
  set(folder ${mutants}/${k}/verilated)
  add_custom_command(OUTPUT ${folder}/all.cc
    COMMAND ${VERILATOR_BIN} --cc --prefix Vtb_top --top-module tb_top --trace --trace-structs --no-trace-params -Wno-lint -Wno-UNOPTFLAT --assert
            -GTargets=${TWINWIRE_RTL_TARGETS} --output-split 0 -Mdir ${folder} ${mutants}/mutant_pkg.sv ${board_sv} ${sv_${k}}
    COMMAND sh -c "cat verilated/Vtb_top*.cpp > verilated/all.cc"
    WORKING_DIRECTORY ${mutants}/${k}
    DEPENDS ${mutants}/mutant_pkg.sv ${board_sv} ${sv_${k}} COMMENT "Verilating mutants, part ${k}" VERBATIM)
  file(WRITE ${mutants}/${k}/model.cc "#include \"verilated/all.cc\"\n")
  add_executable(twinwire-mutants-${k} EXCLUDE_FROM_ALL ${mutants}/${k}/model.cc ${folder}/all.cc $<TARGET_OBJECTS:mutants_wrappers>)
  set_source_files_properties(${folder}/all.cc PROPERTIES HEADER_FILE_ONLY ON)
  set_source_files_properties(${mutants}/${k}/model.cc PROPERTIES COMPILE_OPTIONS "-w;-O2" OBJECT_DEPENDS ${folder}/all.cc)
  target_include_directories(twinwire-mutants-${k} SYSTEM PRIVATE ${folder})
  target_link_libraries(twinwire-mutants-${k} PRIVATE mutants_runtime twinwire_tb)
  add_dependencies(twinwire-mutants twinwire-mutants-${k})
endforeach()
